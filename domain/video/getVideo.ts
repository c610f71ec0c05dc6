import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { asListItem, type VideoListItem } from './listVideos.ts'
import { findVideo, readAssignments } from './store.ts'

/** One known film with its lessons, from stored rows. Throws `not_found`. */
export async function getVideo(ctx: Ctx, guid: string): Promise<VideoListItem> {
  const [row, assignments] = await Promise.all([findVideo(ctx.db, guid), readAssignments(ctx.db)])
  if (!row || row.goneAt) throw new AppError('not_found', `no film ${guid}`)
  const assigned = new Map(assignments.map((item) => [item.lessonId, item.guid]))
  const lessons = ctx.content.course().lessons.filter((one) => (assigned.get(one.id) ?? one.videoGuid) === guid)
  return asListItem(row, lessons)
}
