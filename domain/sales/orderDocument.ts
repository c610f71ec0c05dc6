import { contractDocuments } from '#domain/mail/contractDocuments.ts'
import { readPurchasesOf } from '#domain/sales/store.ts'
import { AppError } from '#errors'
import type { Attachment, Ctx } from '#ports'

/** In the order in which the letter carries them. */
const names = ['confirmation.pdf', 'terms.pdf', 'withdrawal.pdf']

/**
 * One document of a person's own order, as it was mailed. The caller makes sure that the session is proven. Throws
 * `not_found` for another person's order, an unknown name, and an order that never had a confirmation; `paper_busy` or
 * `paper_failed` when it must be drawn first and cannot be.
 */
export async function orderDocument(
  ctx: Ctx,
  input: { personId: string; purchaseId: string; name: string },
): Promise<Attachment> {
  const place = names.indexOf(input.name)
  const own = (await readPurchasesOf(ctx.db, input.personId)).find((purchase) => purchase.id === input.purchaseId)
  if (place < 0 || !own) throw new AppError('not_found', 'order document')
  const file = (await contractDocuments(ctx, own.id))[place]
  if (!file) throw new AppError('not_found', 'order document')
  return file
}
