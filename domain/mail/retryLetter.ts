import { keyForgotten } from '#domain/mail/rules.ts'
import { holdLetter, moveLetter } from '#domain/mail/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * The operator's „Noch einmal versuchen“ for a letter that waits: the same letter under the same key, so it cannot go
 * out twice while the provider remembers it. Throws `conflict` for one that was handed over, and with
 * `facts.resend` for one whose key may be forgotten: that needs `resendLetter`, a new one. `key` is the form's: a second
 * click changes nothing.
 */
export async function retryLetter(
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
      action: 'letter.retry',
      personId,
      purchaseId,
      target: letterId,
      reason: input.reason,
    }
    if (!(await ctx.audit.record(db, entry))) return
    const now = ctx.clock.now()
    if (letter.state === 'unknown' || keyForgotten(letter.ambiguousAt, now))
      throw new AppError('conflict', 'the provider may have forgotten this letter', { facts: { resend: true } })
    const change = { state: 'queued' as const, reason: null, dropAfter: null }
    if (!(await moveLetter(inside, letterId, ['parked', 'queued'], change, now)))
      throw new AppError('conflict', 'letter is not waiting')
    await ctx.jobs.forgetDead(db, 'letter.send', 'letterId', [letterId])
    await ctx.jobs.send(db, 'letter.send', { letterId, requestId: ctx.requestId })
  })
}
