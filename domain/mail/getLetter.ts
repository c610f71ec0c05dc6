import { blankLetter } from '#domain/mail/blankLetter.ts'
import { previewLetter } from '#domain/mail/renderLetter.ts'
import { findLetter, type LetterRow } from '#domain/mail/store.ts'
import type { Ctx, RenderedLetter } from '#ports'
import { isUuid } from '#uuid'

export interface LetterDetail {
  letter: LetterRow
  /** With links and code blanked; null when it cannot be rendered, for example without its template. */
  preview: RenderedLetter | null
}

/** One letter as the operator may see it; null for an unknown id. */
export async function getLetter(ctx: Ctx, id: string): Promise<LetterDetail | null> {
  const letter = isUuid(id) ? await findLetter(ctx, id) : null
  if (!letter) return null
  const preview = await previewLetter(ctx, letter).catch((error) => {
    ctx.log.warn({ err: error, letterId: letter.id }, 'letter cannot be shown')
    return null
  })
  return { letter, preview: preview && blankLetter(preview) }
}
