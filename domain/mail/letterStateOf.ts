import type { LetterState } from '#domain/mail/rules.ts'
import { selectLetters } from '#domain/mail/store.ts'
import type { Ctx, LetterKind } from '#ports'

/** State, time, reason and address of a purchase's newest letter of this kind; null when there is none yet. */
export async function letterStateOf(
  ctx: Ctx,
  { purchaseId, kind }: { purchaseId: string; kind: LetterKind },
): Promise<{ state: LetterState; at: Date; reason: string | null; to: string } | null> {
  const [letter] = await selectLetters(ctx, { purchaseId, kind }, 1)
  return letter ? { state: letter.state, at: letter.stateAt, reason: letter.reason, to: letter.toAddress } : null
}
