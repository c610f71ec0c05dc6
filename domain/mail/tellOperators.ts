import { type NewLetter, queueLetters } from '#domain/mail/queueLetters.ts'
import type { Ctx, LetterInputs } from '#ports'

export type OperatorLetter = Extract<keyof LetterInputs, `operator_${string}`>

export interface OperatorNews<Kind extends OperatorLetter = OperatorLetter> {
  kind: Kind
  /**
   * Such as `{purchaseId}` or `{disputeId}:{status}`: one letter per operator and cause, however often it is called.
   */
  cause: string
  inputs: LetterInputs[Kind]
  purchaseId?: string | null
}

/** Queues one letter per address in `ADMIN_EMAILS` in the caller's transaction; may be repeated. */
export async function tellOperators<Kind extends OperatorLetter>(ctx: Ctx, news: OperatorNews<Kind>): Promise<void> {
  await queueLetters(ctx, operatorLetters(ctx, news))
}

/** The same letters, for a caller that has more to queue with them. */
export function operatorLetters<Kind extends OperatorLetter>(ctx: Ctx, news: OperatorNews<Kind>): NewLetter[] {
  const { kind, cause, inputs, purchaseId = null } = news
  return ctx.settings.adminEmails.map((to) => ({
    kind,
    // A fingerprint of the address: the place in the list may change, and no address may stand in a key.
    uniqueKey: `${kind}:${cause}:${ctx.ids.fromName(`operator:${to}`).slice(0, 8)}`,
    to,
    purchaseId,
    inputs,
  }))
}
