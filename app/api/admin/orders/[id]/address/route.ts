import { z } from 'zod'
import { adminAction, idOf, reasonField } from '#app/_http/adminAction.ts'
import { orderState } from '#components/admin/words.ts'
import { accessLimits } from '#domain/access/rules.ts'
import { setOrderAddressByHand } from '#domain/sales/address/setOrderAddressByHand.ts'

const fields = z.object({ email: z.string().max(accessLimits.addressLength), reason: reasonField })

/** Gives an order without an account an address, so that it can go on. */
export const POST = adminAction(fields, async ({ ctx, params, input, actor, key }) => {
  const { state } = await setOrderAddressByHand(ctx, { purchaseId: idOf(params), ...input, actor, key })
  return {
    said: `Die Adresse ist eingetragen. Die Bestellung steht auf: ${orderState(state).text}.`,
    result: { state },
  }
})
