import { normalizeEmail, sendableEmail, unusableAddress } from '#domain/access/rules.ts'
import { type SettledOrder, settleOrder } from '#domain/sales/settleOrder.ts'
import { findPurchase, writeGivenAddress } from '#domain/sales/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Gives a paid purchase the address that Stripe did not have, and settles it at once: person, grant and welcome letter
 * follow. The caller must know that the address is the buyer's (the browser that paid, or an operator who asked). The
 * same key twice writes once and settles again. Not inside a transaction, because it asks Stripe. Throws
 * `invalid_input`, `not_found`, `conflict` (the purchase does not lack an address, or the key stands for something
 * else), `OutsideError('stripe')`.
 */
export async function giveAddress(
  ctx: Ctx,
  input: { purchaseId: string; email: string; actor: string; key: string; reason?: string },
): Promise<SettledOrder> {
  if (normalizeEmail(input.email) === null) throw unusableAddress(input.email)
  const purchase = await findPurchase(ctx.db, { id: input.purchaseId })
  if (!purchase) throw new AppError('not_found', 'no such purchase')
  await ctx.db.transaction(async (db) => {
    const isNew = await ctx.audit.record(db, {
      id: input.key,
      actor: input.actor,
      action: 'purchase.give_address',
      purchaseId: purchase.id,
      reason: input.reason ?? null,
    })
    if (isNew && !(await writeGivenAddress(db, purchase.id, sendableEmail(input.email))))
      throw new AppError('conflict', 'the purchase does not wait for an address', {
        fields: { email: 'Diese Bestellung hat schon eine Adresse. Lade die Seite neu.' },
      })
  })
  return settleOrder(ctx, purchase.sessionId)
}
