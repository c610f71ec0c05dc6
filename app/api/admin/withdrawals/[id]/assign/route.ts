import { z } from 'zod'
import { adminAction, idOf } from '#app/_http/adminAction.ts'
import { assignWithdrawal } from '#domain/sales/withdrawal/assignWithdrawal.ts'

const order = z
  .string({ error: 'Trag die Bestellnummer ein. Sie sieht so aus: W-2026-0117.' })
  .trim()
  .min(1, 'Trag die Bestellnummer ein. Sie sieht so aus: W-2026-0117.')
  .max(255, 'Das ist keine Bestellnummer.')

/** „Bestellung zuordnen“. */
export const POST = adminAction(z.object({ order }), async ({ ctx, params, input, actor, key }) => {
  const { purchaseId } = await assignWithdrawal(ctx, { withdrawalId: idOf(params), order: input.order, actor, key })
  return { said: 'Zugeordnet.', result: { purchaseId } }
})
