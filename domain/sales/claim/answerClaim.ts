import { moveAccountByHand } from '#domain/sales/address/moveAccountByHand.ts'
import { setOrderAddressByHand } from '#domain/sales/address/setOrderAddressByHand.ts'
import { claimOf, closeClaim, openClaims } from '#domain/sales/claim/store.ts'
import { findPurchase } from '#domain/sales/store.ts'
import { AppError, isOutsideError } from '#errors'
import type { Ctx } from '#ports'

/**
 * The operator's answer to a claim: `accept` gives the order the address that the claim names (a parked order is
 * settled with it, one that waits for its money keeps it, an account moves there), `close` ticks it off. `key` is the
 * form's UUID: a second click changes nothing. Throws `not_found`, `conflict` (answered before, no order to give the
 * address to, or the key stands for something else), `address_taken`, `forbidden` (the order belongs to an operator's
 * account).
 */
export async function answerClaim(
  ctx: Ctx,
  input: { claimId: string; answer: 'accept' | 'close'; actor: string; key: string; reason?: string },
): Promise<void> {
  const { claimId, answer, actor, key, reason } = input
  const claim = await claimOf(ctx.db, claimId)
  if (!claim) throw new AppError('not_found', 'no such claim')
  if (answer === 'accept' && !claim.closedAt) await accept(ctx, claim, { actor, key, reason })
  await ctx.db.transaction(async (db) => {
    const { purchaseId } = claim
    const action = `claim.${answer}`
    if (!(await ctx.audit.record(db, { id: key, actor, action, purchaseId, target: claimId, reason }))) return
    if (!(await closeClaim(db, claimId, actor, ctx.clock.now()))) throw new AppError('conflict', 'answered before')
    if ((await openClaims(db, 1)).length === 0) await ctx.alarms.clear(db, 'claim_waiting')
  })
}

/** An action of its own with a key of its own, because the claim's transaction must not wait for Stripe. */
async function accept(
  ctx: Ctx,
  claim: { purchaseId: string | null; email: string },
  by: { actor: string; key: string; reason?: string },
): Promise<void> {
  const purchase = claim.purchaseId ? await findPurchase(ctx.db, { id: claim.purchaseId }) : null
  if (!purchase) throw new AppError('conflict', 'the claim names no order')
  const action = { ...by, key: ctx.ids.fromName(`claim:${by.key}`), purchaseId: purchase.id, email: claim.email }
  if (purchase.personId) return moveAccountByHand(ctx, { ...action, personId: purchase.personId })
  await setOrderAddressByHand(ctx, action).catch((error) => {
    // The address is stored; the order is settled as soon as Stripe answers.
    if (!isOutsideError(error)) throw error
  })
}
