import { decideWithdrawal } from '#domain/sales/decideWithdrawal.ts'
import { refundPurchase } from '#domain/sales/refundPurchase.ts'
import { findPurchase, type PurchaseRow } from '#domain/sales/store.ts'
import { readWithdrawal } from '#domain/sales/withdrawal/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * „Erstatten und annehmen“: everything that is left goes back through Stripe, then the declaration counts as accepted.
 * The refund's key is made from the declaration, so however often and by whomever this is asked, the money moves once;
 * after a crash in between the next click only writes the decision. What is refunded already is accepted as it is.
 *
 * Throws what `refundPurchase` and `decideWithdrawal` throw, and `conflict` while there is no order or no payment yet.
 */
export async function acceptWithdrawal(
  ctx: Ctx,
  input: { withdrawalId: string; note: string | null; actor: string; key: string },
): Promise<{ refunded: boolean }> {
  const withdrawal = await readWithdrawal(ctx.db, input.withdrawalId)
  if (!withdrawal) throw new AppError('not_found', 'no such withdrawal')
  if (withdrawal.state === 'refused') throw new AppError('conflict', 'already refused')
  const purchase = withdrawal.purchaseId ? await findPurchase(ctx.db, { id: withdrawal.purchaseId }) : null
  if (!purchase) throw notYet('Ordne erst die Bestellung zu, dann lässt sie sich erstatten.')
  if (purchase.state === 'pending')
    throw notYet('Die Zahlung ist noch unterwegs. Warte, bis sie da ist, dann erstatte.')
  const refunded = leftToRefund(purchase) > 0
  if (refunded)
    await refundPurchase(ctx, {
      purchaseId: purchase.id,
      amount: null,
      reason: input.note?.trim() || 'Widerruf angenommen',
      actor: input.actor,
      key: ctx.ids.fromName(`withdrawal-refund:${withdrawal.id}`),
    })
  await decideWithdrawal(ctx, { ...input, decision: 'accepted' })
  return { refunded }
}

/** Cents that the buyer has paid and not got back. */
export const leftToRefund = (purchase: Pick<PurchaseRow, 'state' | 'amountTotal' | 'amountRefunded'>): number =>
  ['paid', 'suspended', 'parked'].includes(purchase.state) ? purchase.amountTotal - purchase.amountRefunded : 0

const notYet = (sentence: string) => new AppError('conflict', sentence, { fields: { order: sentence } })
