import { queueLetter } from '#domain/mail/queueLetter.ts'
import type { Ctx, LetterInputs } from '#ports'

export type OperatorLetter = Extract<keyof LetterInputs, `operator_${string}`>

/**
 * Writes one letter per operator (`ADMIN_EMAILS`) into the caller's transaction, at most once per `cause`
 * (`{purchaseId}`, `{disputeId}:{status}`): repeating adds nothing. Without operators it writes none.
 */
export async function tellOperators<Kind extends OperatorLetter>(
  ctx: Ctx,
  input: { kind: Kind; cause: string; inputs: LetterInputs[Kind]; purchaseId?: string | null },
): Promise<void> {
  for (const to of ctx.settings.adminEmails)
    await queueLetter(ctx, {
      kind: input.kind,
      // The operator's place in the list would move; the address itself must not stand in a key.
      uniqueKey: `${input.kind}:${input.cause}:${ctx.ids.fromName(`operator:${to}`).slice(0, 8)}`,
      to,
      purchaseId: input.purchaseId ?? null,
      inputs: input.inputs,
    })
}
