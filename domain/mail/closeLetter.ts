import { actOnLetter, type LetterAction } from '#domain/mail/actOnLetter.ts'
import { closedReason } from '#domain/mail/rules.ts'
import { markClosed, moveLetter } from '#domain/mail/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * „Erledigt“: a person looked, and this letter no longer counts as stuck. A parked one is not sent any more. Throws
 * `not_found`, and `conflict` for a letter that still moves by itself or was closed before, and for a key that stands
 * for something else.
 */
export async function closeLetter(ctx: Ctx, input: LetterAction): Promise<void> {
  await actOnLetter(ctx, input, 'letter.close', async (inside, { id }) => {
    const now = ctx.clock.now()
    const dropped = { state: 'dropped' as const, reason: closedReason, closedBy: input.actor }
    if (await moveLetter(inside, id, ['parked'], dropped, now)) return
    if (!(await markClosed(inside, id, input.actor, now)))
      throw new AppError('conflict', 'letter is not standing still')
  })
}
