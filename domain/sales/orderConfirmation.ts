import type { Viewer } from '#domain/access/rules.ts'
import { type LetterRow, listLetters } from '#domain/mail/listLetters.ts'
import { readPurchases } from '#domain/sales/store.ts'
import { AppError } from '#errors'
import type { Attachment, Ctx } from '#ports'

/** The letter that confirmed a contract with files: the first one, a letter sent again tells the same. */
export function confirmingLetter(letters: LetterRow[]): LetterRow | null {
  const withFiles = ({ inputs }: LetterRow) =>
    typeof inputs.data === 'object' && inputs.data !== null && 'documents' in inputs.data && !!inputs.data.documents
  return letters.filter(withFiles).at(-1) ?? null
}

/**
 * The confirmation of a contract as PDF, the same bytes that went out with the welcome letter. Only for the buyer, and
 * only with a proven session. Throws `unproven_session`, `not_found` for any other order and before the letter exists.
 */
export async function orderConfirmation(
  ctx: Ctx,
  { viewer, purchaseId }: { viewer: Pick<Viewer, 'kind' | 'personId'>; purchaseId: string },
): Promise<Attachment> {
  if (viewer.kind !== 'proven') throw new AppError('unproven_session')
  const [purchase] = await readPurchases(ctx.db, [purchaseId])
  if (!purchase || purchase.personId !== viewer.personId) throw new AppError('not_found', 'not an order of theirs')
  const letter = confirmingLetter(await listLetters(ctx, { purchaseId, kind: 'welcome' }))
  if (!letter) throw new AppError('not_found', 'no confirmation yet')
  return ctx.documents.confirmation(ctx.db, letter)
}
