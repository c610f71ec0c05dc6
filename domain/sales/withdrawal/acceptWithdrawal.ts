import { endFreeAccess } from '#domain/sales/afterSale/endFreeAccess.ts'
import { refundPurchase, refusedId } from '#domain/sales/afterSale/refundPurchase.ts'
import { isFreeAndOpen, leftToRefund } from '#domain/sales/afterSale/rules.ts'
import { findPurchase } from '#domain/sales/store.ts'
import { decideWithdrawal } from '#domain/sales/withdrawal/decideWithdrawal.ts'
import { readWithdrawal } from '#domain/sales/withdrawal/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * „Erstatten und annehmen“: refunds everything that is left through Stripe, then the declaration counts as accepted.
 * The refund's key is made from declaration and order, so the money moves once however often and by whomever this is
 * asked; only after a definite no from Stripe does the next click begin another refund. After a crash in between, the
 * next click only writes the decision. What is refunded already is accepted as it is; an order that cost nothing has
 * its access ended instead.
 *
 * Throws `not_found`, `conflict` (refused already, no order assigned, its payment still on its way), and what
 * `refundPurchase`, `endFreeAccess` and `decideWithdrawal` throw. Not inside a transaction.
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
      key: await refundKey(ctx, withdrawal.id, purchase.id),
    })
  else if (isFreeAndOpen(purchase))
    await endFreeAccess(ctx, {
      purchaseId: purchase.id,
      reason: input.note?.trim() || 'Widerruf angenommen',
      actor: input.actor,
      key: ctx.ids.fromName(`withdrawal-end:${withdrawal.id}:${purchase.id}`),
    })
  await decideWithdrawal(ctx, { ...input, decision: 'accepted' })
  return { refunded }
}

/** The first key that Stripe has not refused: a refusal is final for its key, but must not be for the declaration. */
async function refundKey(ctx: Ctx, withdrawalId: string, purchaseId: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const key = ctx.ids.fromName(`withdrawal-refund:${withdrawalId}:${purchaseId}${attempt === 1 ? '' : `:${attempt}`}`)
    if (!(await ctx.audit.find(ctx.db, refusedId(ctx, key)))) return key
  }
}

const notYet = (sentence: string) => new AppError('conflict', sentence, { fields: { order: sentence } })
