import { normalizeEmail, sendableEmail, unusableAddress } from '#domain/access/rules.ts'
import { giveAddress } from '#domain/sales/address/giveAddress.ts'
import { movePending } from '#domain/sales/address/movePending.ts'
import type { PurchaseState } from '#domain/sales/rules.ts'
import { findPurchase } from '#domain/sales/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * The operator's address for an order that has no account yet: an order without a usable address takes it and opens
 * (`giveAddress`), one whose payment is on its way keeps it for later (`movePending`). `key` is the form's UUID.
 * Answers the order's state afterwards. Throws `invalid_input`, `not_found`, `conflict` for any other order or a key
 * that stands for something else, `OutsideError('stripe')`.
 */
export async function setOrderAddressByHand(
  ctx: Ctx,
  input: { purchaseId: string; email: string; actor: string; key: string; reason?: string },
): Promise<{ state: PurchaseState }> {
  const purchase = await findPurchase(ctx.db, { id: input.purchaseId })
  if (purchase?.state !== 'pending' || purchase.personId) return giveAddress(ctx, input)
  if (normalizeEmail(input.email) === null) throw unusableAddress(input.email)
  if (await movePending(ctx, { ...input, purchase, email: sendableEmail(input.email) })) return purchase
  throw new AppError('conflict', 'the order was settled meanwhile')
}
