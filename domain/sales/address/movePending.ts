import { rehomePending } from '#domain/sales/address/rehome.ts'
import { type PurchaseRow, writePendingCorrection } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

/**
 * Another address for an order without an account whose payment is on its way: stored as our own fact, which every
 * settle reads, and the welcome letter goes there. It counts as if it had been typed at the checkout, so nobody looks
 * whether it has an account. The buyer may do so once, an operator as often as needed; the same key twice is one click.
 * False: the order was settled meanwhile, or the buyer has corrected it before. Throws `conflict` for a key that stands
 * for something else.
 */
export async function movePending(
  ctx: Ctx,
  move: { purchase: PurchaseRow; email: string; actor: string; key: string; reason?: string },
): Promise<boolean> {
  const { purchase, email, actor, key, reason } = move
  const { id: purchaseId } = purchase
  const entry = { id: key, actor, action: 'address.correct', purchaseId, reason: reason ?? null }
  return ctx.db.transaction(async (db) => {
    // Recording once more tells whether the key stood for this same correction.
    const isRepeated = async () => (await ctx.audit.find(db, key)) !== null && !(await ctx.audit.record(db, entry))
    if (await isRepeated()) return true
    const once = actor === 'buyer'
    if (!(await writePendingCorrection(db, purchaseId, { email, now: ctx.clock.now(), once })))
      // Perhaps our write waited for a click of the same form, which has committed by now.
      return isRepeated()
    if (!(await ctx.audit.record(db, entry))) return true
    await rehomePending({ ...ctx, db }, purchase, { to: email, by: actor })
    return true
  })
}
