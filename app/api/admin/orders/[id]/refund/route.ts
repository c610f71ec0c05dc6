import { z } from 'zod'
import { adminAction, idOf, reasonField } from '#app/_http/adminAction.ts'
import { amountField } from '#app/_http/amount.ts'
import { orderState } from '#components/admin/words.ts'
import { refundPurchase } from '#domain/sales/afterSale/refundPurchase.ts'

const fields = z.object({ amount: amountField, reason: reasonField })

/** Gives money back through Stripe; access follows at once. */
export const POST = adminAction(fields, async ({ ctx, params, input, actor, key }) => {
  const refund = await refundPurchase(ctx, { purchaseId: idOf(params), ...input, actor, key })
  const done = refund.status === 'succeeded' ? 'Erstattet.' : 'Die Erstattung ist bei Stripe unterwegs.'
  return { said: `${done} Die Bestellung steht auf: ${orderState(refund.state).text}.`, result: { ...refund } }
})
