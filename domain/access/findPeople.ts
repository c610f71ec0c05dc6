import { searchWords } from '#domain/access/rules.ts'
import { type PersonRow, searchPersons } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

export type { PersonRow } from '#domain/access/store.ts'

/** People whose name or address has words that begin so, newest first; none for a text without words. */
export async function findPeople(ctx: Ctx, text: string, limit: number): Promise<PersonRow[]> {
  const query = searchWords(text)
  return query === null ? [] : searchPersons(ctx, query, limit)
}
