import type { Ctx, Lesson } from '#ports'
import { videoState } from './rules.ts'
import { pageOfVideos, readAssignments, type VideoRow } from './store.ts'

export interface VideoListItem {
  guid: string
  title: string
  status: number
  /** German word for the status. */
  state: string
  encodeProgress: number
  /** Seconds. */
  length: number
  resolutions: string
  captions: { srclang: string; label: string }[]
  /** When Bunny last told us. */
  fetchedAt: Date
  lessons: Pick<Lesson, 'id' | 'slug' | 'number' | 'title'>[]
}

/**
 * Known films with the lessons that show them, the last updated first; from stored rows, never asking Bunny. Pages
 * begin at 1 and hold 100 films, at most 200. `search` finds a part of the title.
 */
export async function listVideos(
  ctx: Ctx,
  input: { page?: number; perPage?: number; search?: string } = {},
): Promise<{ total: number; page: number; perPage: number; videos: VideoListItem[] }> {
  const page = Math.max(1, input.page ?? 1)
  const perPage = Math.min(200, Math.max(1, input.perPage ?? 100))
  const [{ total, rows }, assignments] = await Promise.all([
    pageOfVideos(ctx.db, { search: input.search, limit: perPage, offset: (page - 1) * perPage }),
    readAssignments(ctx.db),
  ])
  const assigned = new Map(assignments.map(({ lessonId, guid }) => [lessonId, guid]))
  const lessonsOf = Map.groupBy(ctx.content.course().lessons, (lesson) => assigned.get(lesson.id) ?? lesson.videoGuid)
  return { total, page, perPage, videos: rows.map((row) => asListItem(row, lessonsOf.get(row.guid) ?? [])) }
}

export function asListItem(row: VideoRow, lessons: Lesson[]): VideoListItem {
  const { goneAt: _, thumbnailFile: __, ...facts } = row
  return {
    ...facts,
    state: videoState(row.status),
    lessons: lessons.map(({ id, slug, number, title }) => ({ id, slug, number, title })),
  }
}
