import { isSessionId } from '#domain/sales/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Queues a settle of this Stripe session, for a caller that does not wait for Stripe. Throws `not_found` for what is no
 * session's id.
 */
export async function settleSoon(ctx: Ctx, sessionId: string): Promise<void> {
  if (!isSessionId(sessionId)) throw new AppError('not_found', 'no session')
  await ctx.jobs.send(ctx.db, 'order.settle', { sessionId, requestId: ctx.requestId })
}
