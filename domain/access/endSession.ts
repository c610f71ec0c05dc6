import { revokeSessions } from '#domain/access/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Ends one session of the person. Ending it twice is no error; a session of somebody else is `not_found`. */
export async function endSession(ctx: Ctx, input: { personId: string; sessionId: string }): Promise<void> {
  if (!uuidShape.test(input.sessionId)) throw new AppError('not_found', 'no such session')
  const ended = await revokeSessions(ctx, input.personId, { id: input.sessionId }, ctx.clock.now())
  if (ended === 0) throw new AppError('not_found', 'no such session')
}
