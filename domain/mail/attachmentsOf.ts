import type { StoredInputs } from '#domain/mail/rules.ts'
import type { LetterRow } from '#domain/mail/store.ts'
import type { Attachment, Ctx, LegalDocuments } from '#ports'

/**
 * The files that a letter carries: a welcome letter the confirmation of its contract and the legal texts as they were
 * (§ 312f BGB), every other letter none. The same bytes on every attempt, because each file is stored once. Throws
 * `paper_busy` or `paper_failed` while the confirmation cannot be drawn.
 */
export async function attachmentsOf(ctx: Ctx, letter: LetterRow): Promise<Attachment[]> {
  const { data } = letter.inputs as unknown as StoredInputs
  const legal = data.documents as LegalDocuments | undefined
  if (letter.kind !== 'welcome' || !legal) return []
  return [
    await ctx.documents.confirmation(ctx.db, letter),
    await ctx.documents.read(ctx.db, legal.terms),
    await ctx.documents.read(ctx.db, legal.withdrawal),
  ]
}
