import { z } from 'zod'
import { adminAction } from '#app/_http/adminAction.ts'
import { orderState } from '#components/admin/words.ts'
import { settleByHand } from '#domain/sales/settleByHand.ts'

/** „Mit Stripe abgleichen“; takes an order's id, its number or its Stripe session. */
export const POST = adminAction(z.object({}), async ({ ctx, params, actor, key }) => {
  const { state, purchaseId } = await settleByHand(ctx, { order: params.id ?? '', actor, key })
  return {
    said: `Mit Stripe abgeglichen. Die Bestellung steht auf: ${orderState(state).text}.`,
    result: { state, purchaseId },
  }
})
