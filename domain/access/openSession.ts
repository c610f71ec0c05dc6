import { accessLimits } from '#domain/access/rules.ts'
import { findPerson, insertSession, readLiveSession } from '#domain/access/store.ts'
import { AppError, invariant } from '#errors'
import type { Ctx } from '#ports'

export interface OpenedSession {
  /** The session JWT for the cookie. */
  token: string
  expiresAt: Date
  sessionId: string
  personId: string
}

/**
 * Adds a session row and signs its JWT; a new id for every login, so nobody can plant one beforehand. Joins the
 * caller's transaction. For `welcomeIn` and `openUnprovenSession`, which have decided that the person may come in.
 * Throws `not_found` for an unknown person.
 */
export async function openSession(
  ctx: Ctx,
  input: { personId: string; kind: 'proven' | 'unproven'; device: string },
): Promise<OpenedSession> {
  const person = await findPerson(ctx, { id: input.personId })
  if (!person) throw new AppError('not_found', 'no such person')
  const now = ctx.clock.now()
  const sessionId = ctx.ids.uuid()
  const expiresAt = new Date(now.getTime() + accessLimits.sessionMs)
  await insertSession(ctx, {
    id: sessionId,
    personId: person.id,
    kind: input.kind,
    personVersion: person.sessionVersion,
    device: input.device,
    createdAt: now,
    lastSeenAt: now,
    expiresAt,
  })
  const live = await readLiveSession(ctx, sessionId, person.id, now)
  invariant(live, 'a session just opened is alive')
  const token = await ctx.tokens.signSession({
    sid: sessionId,
    sub: person.id,
    ver: person.sessionVersion,
    kind: input.kind,
    role: person.role,
    courses: live.courses,
    seen: now,
    exp: Math.floor(expiresAt.getTime() / 1000),
  })
  return { token, expiresAt, sessionId, personId: person.id }
}
