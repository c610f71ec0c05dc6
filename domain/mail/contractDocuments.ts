import { attachmentsOf } from '#domain/mail/attachmentsOf.ts'
import { selectLetters } from '#domain/mail/store.ts'
import type { Attachment, Ctx } from '#ports'

/**
 * The files of a purchase's newest welcome letter, byte for byte, also before it went out: the confirmation first, then
 * the terms and the instruction on withdrawal. Empty when there is no such letter, or its texts are inside the letter
 * itself. Throws `paper_busy` or `paper_failed` while the confirmation cannot be drawn.
 */
export async function contractDocuments(ctx: Ctx, purchaseId: string): Promise<Attachment[]> {
  const [letter] = await selectLetters(ctx, { purchaseId, kind: 'welcome' }, 1)
  return letter ? attachmentsOf(ctx, letter) : []
}
