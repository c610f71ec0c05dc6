import { findPerson, grantsOfPerson, type PersonRow, type SessionRow, sessionsOf } from '#domain/access/store.ts'
import type { Ctx } from '#ports'
import { isUuid } from '#uuid'

export interface AccessFile {
  person: PersonRow
  /** Every grant there ever was, oldest first. */
  grants: Awaited<ReturnType<typeof grantsOfPerson>>
  /** The newest logins, newest first. */
  sessions: SessionRow[]
}

const SESSIONS_SHOWN = 30
/** Who somebody is, why they may watch, and when they came in; null for an unknown id. For the operator. */
export async function accessFile(ctx: Ctx, personId: string): Promise<AccessFile | null> {
  const person = isUuid(personId) ? await findPerson(ctx, { id: personId }) : null
  if (!person) return null
  const [grants, sessions] = await Promise.all([
    grantsOfPerson(ctx, personId),
    sessionsOf(ctx, personId, SESSIONS_SHOWN),
  ])
  return { person, grants, sessions }
}
