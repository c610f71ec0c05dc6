import { revokeGrant } from '#domain/access/revokeGrant.ts'
import { findPurchase, flagDoublePayments, lockPersonsPurchases, writeAccessEnd } from '#domain/sales/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Ends the access of an order that cost nothing: there is no money to give back, so no refund can end it. Stored as our
 * own fact, which every later settle keeps. The same key twice changes nothing and answers `ended: false`. Throws
 * `invalid_input` (no reason), `not_found`, `conflict` (the order cost money, gives no access, or the key stands for
 * something else).
 */
export async function endFreeAccess(
  ctx: Ctx,
  input: { purchaseId: string; reason: string; actor: string; key: string },
): Promise<{ ended: boolean }> {
  const { purchaseId, actor, key } = input
  const reason = input.reason.trim()
  if (reason === '')
    throw new AppError('invalid_input', 'no reason', { fields: { reason: 'Schreib einen Grund dazu.' } })
  return ctx.db.transaction(async (db) => {
    const found = await findPurchase(db, { id: purchaseId })
    if (!found || found.state === 'foreign') throw new AppError('not_found', 'no such purchase')
    if (found.amountTotal > 0)
      throw refusal('Diese Bestellung hat Geld gekostet. Ihr Zugang endet, wenn du sie ganz erstattest.')
    const { personId } = found
    if (personId) await lockPersonsPurchases(db, personId)
    const entry = { id: key, actor, action: 'purchase.end_access', personId, purchaseId, reason }
    if (!(await ctx.audit.record(db, entry))) return { ended: false }
    // Raises the purchase's version, so that a settle under way looks again and finds this fact.
    if (!(await writeAccessEnd(db, purchaseId, ctx.clock.now())))
      throw refusal('Aus dieser Bestellung besteht kein Zugang. Es wurde nichts geändert.')
    await revokeGrant({ ...ctx, db }, { source: `purchase:${purchaseId}`, reason: 'hand' })
    if (personId) await flagDoublePayments(db, personId)
    return { ended: true }
  })
}

const refusal = (sentence: string) => new AppError('conflict', sentence, { fields: { order: sentence } })
