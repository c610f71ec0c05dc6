import { z } from 'zod'
import { adminAction, idOf, reasonField } from '#app/_http/adminAction.ts'
import { endFreeAccess } from '#domain/sales/afterSale/endFreeAccess.ts'

const fields = z.object({ reason: reasonField })

/** Ends the access of an order that cost nothing. */
export const POST = adminAction(fields, async ({ ctx, params, input, actor, key }) => {
  const { ended } = await endFreeAccess(ctx, { purchaseId: idOf(params), ...input, actor, key })
  return { said: 'Der Zugang ist beendet. Eine offene Lektion hält binnen zehn Sekunden an.', result: { ended } }
})
