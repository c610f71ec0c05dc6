import { sessionsOfPrice } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

/** At most so many orders get a job here; the reconciler's hourly looks find the others, ignored ones too. */
const AT_ONCE = 1_000

/**
 * A price has become ours, or may have: queues a settle for every order that was parked or ignored because of it, and
 * for every order parked because of any price. Joins the caller's transaction; repeating it within one request adds no
 * job. An order that is being parked at this moment is found by the reconciler within the hour.
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
