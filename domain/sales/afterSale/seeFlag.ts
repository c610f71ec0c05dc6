import { addSeenFlag, findPurchase } from '#domain/sales/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Ticks off a flag of a purchase that the operator has looked at: it leaves the list of what needs a person, and stays
 * off when Stripe's truth raises it again. The same key twice is one click. Throws `not_found`, `conflict` (no such
 * flag, or the key stands for something else).
 */
export async function seeFlag(
  ctx: Ctx,
  input: { purchaseId: string; flag: string; actor: string; key: string },
): Promise<void> {
  const purchase = await findPurchase(ctx.db, { id: input.purchaseId })
  if (!purchase) throw new AppError('not_found', 'no such purchase')
  if (!purchase.flags.includes(input.flag) && !purchase.flagsSeen.includes(input.flag))
    throw new AppError('conflict', 'the purchase does not have this flag', {
      fields: { flag: 'Dieser Hinweis besteht nicht mehr. Lade die Seite neu.' },
    })
  await ctx.db.transaction(async (db) => {
    const isNew = await ctx.audit.record(db, {
      id: input.key,
      actor: input.actor,
      action: 'purchase.see_flag',
      personId: purchase.personId,
      purchaseId: purchase.id,
      detail: { flag: input.flag },
    })
    if (isNew) await addSeenFlag(db, purchase.id, input.flag)
  })
}
