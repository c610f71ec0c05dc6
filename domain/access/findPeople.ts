import { searchWords } from '#domain/access/rules.ts'
import { type PersonRow, searchPersons } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

export type { PersonRow } from '#domain/access/store.ts'

/** People in whose name or address every typed word begins a word, newest first; none for a text without words. */
export async function findPeople(ctx: Ctx, text: string, limit: number): Promise<PersonRow[]> {
  const query = searchWords(text)
  return query === null ? [] : searchPersons(ctx, query, limit)
}
