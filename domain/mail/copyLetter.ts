import { queueLetter } from '#domain/mail/queueLetter.ts'
import { replacedReason, type StoredInputs } from '#domain/mail/rules.ts'
import { freeKey, hasKey, type LetterRow, markClosed, moveLetter } from '#domain/mail/store.ts'
import type { Ctx, LetterKind } from '#ports'

/**
 * Queues a new letter with the inputs of an old one, with the present template and sender, under the key `{cause}:{n}`,
 * n from 2; the old one is ticked off. Answers the new id. Call in the transaction of the decision; the caller must
 * make a link in the new letter valid.
 */
export async function copyLetter(ctx: Ctx, old: LetterRow, to: string, by: string): Promise<string> {
  const { data } = old.inputs as unknown as StoredInputs
  const now = ctx.clock.now()
  const replaced = { state: 'dropped' as const, reason: replacedReason, closedBy: by }
  if (!(await moveLetter(ctx, old.id, ['queued', 'parked'], replaced, now))) await markClosed(ctx, old.id, by, now)
  return queueLetter(ctx, {
    kind: old.kind as LetterKind,
    uniqueKey: await freeKey(ctx, await causeOf(ctx, old.uniqueKey)),
    to,
    personId: old.personId,
    purchaseId: old.purchaseId,
    inputs: data,
  })
}

/** The key without a copy's number. Only if such a key exists, because a cause may itself end in digits. */
async function causeOf(ctx: Ctx, uniqueKey: string): Promise<string> {
  const base = uniqueKey.replace(/:\d{1,3}$/, '')
  return base !== uniqueKey && (await hasKey(ctx, base)) ? base : uniqueKey
}
