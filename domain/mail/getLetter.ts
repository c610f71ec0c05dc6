import { previewLetter } from '#domain/mail/renderLetter.ts'
import { findLetter, type LetterRow } from '#domain/mail/store.ts'
import type { Ctx, RenderedLetter } from '#ports'

/** One letter with its preview, link and code blanked; null for an unknown id. */
export async function getLetter(ctx: Ctx, id: string): Promise<{ letter: LetterRow; preview: RenderedLetter } | null> {
  const letter = /^[0-9a-f-]{36}$/i.test(id) ? await findLetter(ctx, id) : null
  return letter ? { letter, preview: await previewLetter(ctx, letter) } : null
}
