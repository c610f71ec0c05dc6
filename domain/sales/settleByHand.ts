import { readDraftOfSession } from '#domain/sales/checkout/store.ts'
import { getOrder } from '#domain/sales/getOrder.ts'
import { type SettledOrder, settleOrder } from '#domain/sales/settleOrder.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * The operator's „Mit Stripe abgleichen“: a close `settleOrder` for an order (id, number or Stripe session), also for a
 * session we opened that has no order yet. Repeating it asks Stripe again and changes nothing more. Throws `not_found`,
 * `conflict` (the key stands for something else, or other settles were faster), `OutsideError('stripe')`.
 */
export async function settleByHand(
  ctx: Ctx,
  input: { order: string; actor: string; key: string },
): Promise<SettledOrder> {
  const { actor, key } = input
  const found = await getOrder(ctx, input.order)
  const sessionId = found?.order.sessionId ?? (await readDraftOfSession(ctx.db, input.order))?.sessionId
  if (!sessionId) throw new AppError('not_found', 'no such order')
  const about = found ? { personId: found.order.personId, purchaseId: found.order.id } : {}
  await ctx.audit.record(ctx.db, { id: key, actor, action: 'purchase.settle', target: sessionId, ...about })
  return settleOrder(ctx, sessionId, { closely: true })
}
