import { type MemberRow, selectMembers } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

export type CourseMember = MemberRow

/** People with an active grant for the course, in the order of their ids; `after` is the last id of the page before. */
export async function courseMembers(
  ctx: Ctx,
  course: string,
  page: { after: string | null; limit: number },
): Promise<CourseMember[]> {
  return selectMembers(ctx, course, page)
}
