import { closedReason } from '#domain/mail/rules.ts'
import { holdLetter, markClosed, moveLetter } from '#domain/mail/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * „Erledigt“: a person looked, and this letter no longer counts as stuck. A parked one is not sent any more. Throws
 * `conflict` for a letter that still moves by itself; `key` is the form's: a second click changes nothing.
 */
export async function closeLetter(
  ctx: Ctx,
  input: { letterId: string; actor: string; key: string; reason?: string },
): Promise<void> {
  const { letterId, actor, key } = input
  await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const letter = await holdLetter(inside, letterId)
    if (!letter) throw new AppError('not_found', 'no such letter')
    const { personId, purchaseId } = letter
    const entry = {
      id: key,
      actor,
      action: 'letter.close',
      personId,
      purchaseId,
      target: letterId,
      reason: input.reason,
    }
    if (!(await ctx.audit.record(db, entry))) return
    const now = ctx.clock.now()
    const dropped = { state: 'dropped' as const, reason: closedReason, closedBy: actor }
    if (await moveLetter(inside, letterId, ['parked'], dropped, now)) return
    if (!(await markClosed(inside, letterId, actor, now)))
      throw new AppError('conflict', 'letter is not standing still')
  })
}
