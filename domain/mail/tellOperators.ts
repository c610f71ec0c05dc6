import { type NewLetter, queueLetters } from '#domain/mail/queueLetters.ts'
import type { Ctx, LetterInputs } from '#ports'

export type OperatorLetter = Extract<keyof LetterInputs, `operator_${string}`>

export interface OperatorNews<Kind extends OperatorLetter = OperatorLetter> {
  kind: Kind
  /** `{purchaseId}`, `{disputeId}:{status}`: one letter per operator and cause, however often it is told. */
  cause: string
  inputs: LetterInputs[Kind]
  purchaseId?: string | null
}

/** Writes one letter per operator (`ADMIN_EMAILS`) into the caller's transaction. Without operators it writes none. */
export async function tellOperators<Kind extends OperatorLetter>(ctx: Ctx, news: OperatorNews<Kind>): Promise<void> {
  await queueLetters(ctx, operatorLetters(ctx, news))
}

/** The same letters, for a caller that has more to queue with them. */
export function operatorLetters<Kind extends OperatorLetter>(ctx: Ctx, news: OperatorNews<Kind>): NewLetter[] {
  const { kind, cause, inputs, purchaseId = null } = news
  return ctx.settings.adminEmails.map((to) => ({
    kind,
    // The operator's place in the list would move; the address itself must not stand in a key.
    uniqueKey: `${kind}:${cause}:${ctx.ids.fromName(`operator:${to}`).slice(0, 8)}`,
    to,
    purchaseId,
    inputs,
  }))
}
