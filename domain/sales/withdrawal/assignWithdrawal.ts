import { getOrder } from '#domain/sales/getOrder.ts'
import { moveWithdrawal, readWithdrawal } from '#domain/sales/withdrawal/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * The operator says which order a declaration means (id, „W-2026-0117“, „117“ or session id), while nothing is decided.
 * The same key twice changes nothing. Throws `not_found`, `invalid_input` with `fields.order`, `conflict` once decided
 * or for a key that stands for something else.
 */
export async function assignWithdrawal(
  ctx: Ctx,
  input: { withdrawalId: string; order: string; actor: string; key: string },
): Promise<{ purchaseId: string }> {
  const found = await getOrder(ctx, input.order)
  if (!found || found.order.state === 'foreign')
    throw new AppError('invalid_input', 'no such order', {
      fields: { order: 'Zu dieser Nummer gibt es keine Bestellung. Sie sieht so aus: W-2026-0117.' },
    })
  const purchaseId = found.order.id
  return ctx.db.transaction(async (db) => {
    const withdrawal = await readWithdrawal(db, input.withdrawalId)
    if (!withdrawal) throw new AppError('not_found', 'no such withdrawal')
    const isNew = await ctx.audit.record(db, {
      id: input.key,
      actor: input.actor,
      action: 'withdrawal.assign',
      purchaseId,
      personId: found.order.personId,
      target: withdrawal.id,
    })
    if (isNew && !(await moveWithdrawal(db, withdrawal.id, purchaseId))) throw new AppError('conflict', 'decided')
    return { purchaseId }
  })
}
