import { filmsOfLessons } from '#domain/video/filmsOfLessons.ts'
import { listVideos } from '#domain/video/listVideos.ts'
import type { Ctx, Lesson } from '#ports'

/** Why a lesson cannot show a film. */
export type Lack = 'none' | 'unknown' | 'not_playable'

export interface LessonWithoutFilm {
  lesson: Lesson
  guid: string | null
  lack: Lack
}

/** Known films, and the lessons that have none to show; from stored rows, never from Bunny. */
export async function readVideos(ctx: Ctx, input: { page: number; search: string | null }) {
  const [list, filmOf] = await Promise.all([
    listVideos(ctx, { page: input.page, search: input.search ?? undefined }),
    filmsOfLessons(ctx),
  ])
  const missing: LessonWithoutFilm[] = []
  for (const lesson of ctx.content.course().lessons) {
    const film = filmOf(lesson)
    const lack = !film ? 'none' : film.length === null ? 'unknown' : film.playable ? null : 'not_playable'
    if (lack) missing.push({ lesson, guid: film?.guid ?? null, lack })
  }
  return { ...list, missing }
}
