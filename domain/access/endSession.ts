import { hasSession, revokeSessions } from '#domain/access/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { isUuid } from '#uuid'

/**
 * Ends one session of the person; ending it twice is no error. Throws `not_found` for an unknown or a foreign session.
 */
export async function endSession(ctx: Ctx, input: { personId: string; sessionId: string }): Promise<void> {
  const { personId, sessionId } = input
  if (!isUuid(sessionId)) throw new AppError('not_found', 'no such session')
  const ended = await revokeSessions(ctx, personId, { id: sessionId }, ctx.clock.now())
  if (ended === 0 && !(await hasSession(ctx, personId, sessionId))) throw new AppError('not_found', 'no such session')
}
