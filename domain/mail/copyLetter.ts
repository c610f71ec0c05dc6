import { queueLetter } from '#domain/mail/queueLetter.ts'
import type { StoredInputs } from '#domain/mail/rules.ts'
import { freeKey, type LetterRow, markClosed } from '#domain/mail/store.ts'
import type { Ctx, LetterKind } from '#ports'

/**
 * A new letter with what an old one says, under its own key `{cause}:{n}`, n from 2; the old one is ticked off. Call it
 * in the transaction of whoever decided that. Today's template and sender; a link must be made valid by the caller.
 */
export async function copyLetter(ctx: Ctx, old: LetterRow, to: string, by: string): Promise<string> {
  const base = old.uniqueKey.replace(/:\d{1,3}$/, '')
  const { data } = old.inputs as unknown as StoredInputs
  await markClosed(ctx, old.id, by, ctx.clock.now())
  return queueLetter(ctx, {
    kind: old.kind as LetterKind,
    uniqueKey: await freeKey(ctx, base),
    to,
    personId: old.personId,
    purchaseId: old.purchaseId,
    inputs: data,
  })
}
