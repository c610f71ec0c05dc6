import { type PeopleFilter, type PersonRow, selectPeople } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

export type { PeopleFilter }
export type ListedPerson = PersonRow & { access: 'open' | 'ended' | 'none' }

/** People, newest first, at most `filter.limit`. For the operator. */
export async function listPeople(ctx: Ctx, filter: PeopleFilter): Promise<ListedPerson[]> {
  return (await selectPeople(ctx, filter)) as ListedPerson[]
}
