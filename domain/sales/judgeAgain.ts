import { sessionsOfPrice } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

/**
 * A price that sold more than so many orders before it was ours: the rest follows with the reconciler's hourly looks,
 * ignored ones too.
 */
const AT_ONCE = 1_000

/**
 * A price has become ours, or may have: every order that was parked or ignored for it is settled again, and whatever
 * was parked for a price at all. Joins the caller's transaction; repeating it adds no job. What is being parked at this
 * very moment is found by the reconciler within the hour.
 */
export async function judgeAgain(ctx: Ctx, priceId: string): Promise<void> {
  const sessionIds = await sessionsOfPrice(ctx.db, priceId, AT_ONCE)
  const jobs = sessionIds.map((sessionId) => ({
    data: { sessionId, requestId: ctx.requestId },
    id: ctx.ids.fromName(`judge:${sessionId}:${priceId}:${ctx.requestId}`),
    priority: -1,
  }))
  await ctx.jobs.sendAll(ctx.db, 'order.settle', jobs)
  if (jobs.length > 0) ctx.log.info({ priceId, orders: jobs.length }, 'orders are judged again')
}
