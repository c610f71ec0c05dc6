import { letterLimits } from '#domain/mail/rules.ts'
import { type LetterFilter, type LetterRow, selectLetters } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

export type { LetterFilter, LetterRow }

/** Letters that match the filter, newest first, at most 200; `beforeId` is the last one of the page before. */
export function listLetters(ctx: Ctx, filter: LetterFilter = {}): Promise<LetterRow[]> {
  return selectLetters(ctx, filter, Math.min(filter.limit ?? letterLimits.listed, letterLimits.listed))
}
