import { grantsOf } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/** Start of the person's earliest active grant, or null without one. Asks the database, never the cookie's claims. */
export async function activeGrant(ctx: Ctx, personId: string, course: string): Promise<{ startsAt: Date } | null> {
  const active = (await grantsOf(ctx, personId, course)).find((grant) => grant.revokedAt === null)
  return active ? { startsAt: active.startsAt } : null
}

/** Did the person once have the course, and lose it? Tells `grant_revoked` from `no_grant`. */
export async function lostGrant(
  ctx: Ctx,
  personId: string,
  course: string,
): Promise<{ at: Date; reason: string | null } | null> {
  const grants = await grantsOf(ctx, personId, course)
  const last = grants.at(-1)
  if (!last?.revokedAt || grants.some((grant) => grant.revokedAt === null)) return null
  return { at: last.revokedAt, reason: last.revokeReason }
}
