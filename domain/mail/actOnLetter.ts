import { holdLetter, type LetterRow } from '#domain/mail/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

export interface LetterAction {
  letterId: string
  /** `person:{id}` or `cli`. */
  actor: string
  /** UUID of the form: a second click changes nothing. */
  key: string
  reason?: string
}

/**
 * What the operator does to one letter by hand, in one transaction: the letter is locked against other actions, the
 * action is in the audit log, and `act` runs only the first time. When `act` throws, the entry is rolled back too.
 * Throws `not_found`, `conflict` (the key stands for something else).
 */
export async function actOnLetter(
  ctx: Ctx,
  { letterId, actor, key, reason }: LetterAction,
  action: 'letter.close' | 'letter.retry',
  act: (inside: Ctx, letter: LetterRow) => Promise<void>,
): Promise<void> {
  await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const letter = await holdLetter(inside, letterId)
    if (!letter) throw new AppError('not_found', 'no such letter')
    const { personId, purchaseId } = letter
    const entry = { id: key, actor, action, personId, purchaseId, target: letterId, reason }
    if (await ctx.audit.record(db, entry)) await act(inside, letter)
  })
}
