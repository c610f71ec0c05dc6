import { type MemberRow, selectMembers } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

export type CourseMember = MemberRow

/** Everybody who has the course now, a page at a time; `after` is the last person of the page before. */
export async function courseMembers(
  ctx: Ctx,
  course: string,
  page: { after: string | null; limit: number },
): Promise<CourseMember[]> {
  return selectMembers(ctx, course, page)
}
