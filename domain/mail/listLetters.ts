import { letterLimits } from '#domain/mail/rules.ts'
import { type LetterFilter, type LetterRow, selectLetters } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

export type { LetterFilter, LetterRow }

/** Letters by state, kind, person or purchase, newest first, at most 200; `before` pages on. */
export function listLetters(ctx: Ctx, filter: LetterFilter = {}): Promise<LetterRow[]> {
  return selectLetters(ctx, filter, Math.min(filter.limit ?? letterLimits.listed, letterLimits.listed))
}
