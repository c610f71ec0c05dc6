import { grantsOf } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/** Start of the person's earliest active grant, or null without one. Asks the database, never the cookie's claims. */
export async function activeGrant(ctx: Ctx, personId: string, course: string): Promise<{ startsAt: Date } | null> {
  const active = (await grantsOf(ctx, personId, course)).find((grant) => grant.revokedAt === null)
  return active ? { startsAt: active.startsAt } : null
}
