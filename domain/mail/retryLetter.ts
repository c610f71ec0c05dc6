import { actOnLetter, type LetterAction } from '#domain/mail/actOnLetter.ts'
import { keyForgotten } from '#domain/mail/rules.ts'
import { moveLetter } from '#domain/mail/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * The operator's „Noch einmal versuchen“ for a letter that waits: the same letter under the same idempotency key, so it
 * cannot go out twice while the provider remembers the key. Throws `not_found`, and `conflict` for one that does not
 * wait, for a used form key, and with `facts.resend` for one whose idempotency key may be forgotten: that needs a new
 * letter (`resendLetter`).
 */
export async function retryLetter(ctx: Ctx, input: LetterAction): Promise<void> {
  await actOnLetter(ctx, input, 'letter.retry', async (inside, letter) => {
    const now = ctx.clock.now()
    if (letter.state === 'unknown' || keyForgotten(letter.ambiguousAt, now))
      throw new AppError('conflict', 'the provider may have forgotten this letter', { facts: { resend: true } })
    const change = { state: 'queued' as const, reason: null, dropAfter: null }
    if (!(await moveLetter(inside, letter.id, ['parked', 'queued'], change, now)))
      throw new AppError('conflict', 'letter is not waiting')
    await ctx.jobs.forgetDead(inside.db, 'letter.send', 'letterId', [letter.id])
    await ctx.jobs.send(inside.db, 'letter.send', { letterId: letter.id, requestId: ctx.requestId })
  })
}
