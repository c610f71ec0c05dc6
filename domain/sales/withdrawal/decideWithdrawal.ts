import { closeWithdrawal, readWithdrawal, type WithdrawalRow } from '#domain/sales/withdrawal/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * The operator's answer to a declaration, once. `accepted` is written after the money went back (or there was none);
 * the refund itself is `refundPurchase`. The same key twice changes nothing. Throws `not_found`, `conflict` when it was
 * decided before (even in the same way) or the key stands for something else, `invalid_input` for a refusal without a
 * note.
 */
export async function decideWithdrawal(
  ctx: Ctx,
  input: {
    withdrawalId: string
    decision: 'accepted' | 'refused'
    note: string | null
    actor: string
    /** UUID of the form. */
    key: string
  },
): Promise<{ state: WithdrawalRow['state'] }> {
  const note = input.note?.trim() || null
  if (input.decision === 'refused' && !note)
    throw new AppError('invalid_input', 'refusal without a note', {
      fields: { note: 'Schreib dazu, warum du ablehnst.' },
    })
  return ctx.db.transaction(async (db) => {
    const withdrawal = await readWithdrawal(db, input.withdrawalId)
    if (!withdrawal) throw new AppError('not_found', 'no such withdrawal')
    const isNew = await ctx.audit.record(db, {
      id: input.key,
      actor: input.actor,
      action: `withdrawal.${input.decision === 'accepted' ? 'accept' : 'refuse'}`,
      purchaseId: withdrawal.purchaseId,
      target: withdrawal.id,
      reason: note,
    })
    // The first click has committed by now, because our colliding audit entry waited for it.
    if (!isNew) return { state: (await readWithdrawal(db, withdrawal.id))?.state ?? withdrawal.state }
    const closed = await closeWithdrawal(db, withdrawal.id, {
      state: input.decision,
      note,
      decidedBy: input.actor,
      decidedAt: ctx.clock.now(),
    })
    if (!closed) throw new AppError('conflict', 'already decided')
    return { state: input.decision }
  })
}
