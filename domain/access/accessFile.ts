import { findPerson, grantsOfPerson, type PersonRow, type SessionRow, sessionsOf } from '#domain/access/store.ts'
import type { Ctx } from '#ports'
import { isUuid } from '#uuid'

export interface AccessFile {
  person: PersonRow
  /** Active and ended ones, oldest first, at most 100. */
  grants: Awaited<ReturnType<typeof grantsOfPerson>>
  /** The newest 30, newest first; ended ones are kept for 90 days. */
  sessions: SessionRow[]
}

const SESSIONS_SHOWN = 30

/** Person, grants and the last 30 logins, for the operator's page about somebody; null for an unknown id. */
export async function accessFile(ctx: Ctx, personId: string): Promise<AccessFile | null> {
  const person = isUuid(personId) ? await findPerson(ctx, { id: personId }) : null
  if (!person) return null
  const [grants, sessions] = await Promise.all([
    grantsOfPerson(ctx, personId),
    sessionsOf(ctx, personId, SESSIONS_SHOWN),
  ])
  return { person, grants, sessions }
}
