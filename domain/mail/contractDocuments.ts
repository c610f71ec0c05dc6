import { attachmentsOf } from '#domain/mail/attachmentsOf.ts'
import { selectLetters } from '#domain/mail/store.ts'
import type { Attachment, Ctx } from '#ports'

/**
 * What hung on the newest welcome letter of a purchase, byte for byte, also before it went out: the confirmation first,
 * then the terms and the instruction on withdrawal. Empty when there is none, or its texts stood in the letter itself.
 */
export async function contractDocuments(ctx: Ctx, purchaseId: string): Promise<Attachment[]> {
  const [letter] = await selectLetters(ctx, { purchaseId, kind: 'welcome' }, 1)
  return letter ? attachmentsOf(ctx, letter) : []
}
