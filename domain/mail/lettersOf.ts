import { type LetterRow, selectLettersOf } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

/** Letters to an address (`spellingsOf`), or under the provider's id, newest first. For the operator's search. */
export function lettersOf(
  ctx: Ctx,
  by: { spellings: string[] } | { providerId: string },
  limit: number,
): Promise<LetterRow[]> {
  return selectLettersOf(ctx, by, limit)
}
