import { grantsOf } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

export type GrantState =
  /**
   * `startsAt`: start of the earliest active grant, from which releases by days count. `holdings`: every grant there
   * ever was, ordered by start.
   */
  | { state: 'active'; startsAt: Date; holdings: { startsAt: Date; endedAt: Date | null }[] }
  | { state: 'revoked'; reason: string | null }
  | { state: 'none' }

/** Whether this person has the course, had it, or never did. One query. Throws `database_unavailable`. */
export async function grantState(ctx: Ctx, personId: string, course: string): Promise<GrantState> {
  const grants = await grantsOf(ctx, personId, course)
  const active = grants.find((grant) => grant.revokedAt === null)
  if (active) {
    const holdings = grants.map(({ startsAt, revokedAt }) => ({ startsAt, endedAt: revokedAt }))
    return { state: 'active', startsAt: active.startsAt, holdings }
  }
  const last = grants.at(-1)
  return last ? { state: 'revoked', reason: last.revokeReason } : { state: 'none' }
}
