import type { Viewer } from '#domain/access/rules.ts'
import { filmsOfLessons } from '#domain/video/filmsOfLessons.ts'
import type { Ctx } from '#ports'
import { type ProgressState, progressState } from './rules.ts'
import { readProgressRows } from './store.ts'

/** What this person watched: one state per lesson begun and still in the course. Throws `database_unavailable`. */
export async function readProgress(ctx: Ctx, viewer: Viewer): Promise<{ lessons: ProgressState[] }> {
  const [rows, filmOf] = await Promise.all([readProgressRows(ctx.db, viewer.personId), filmsOfLessons(ctx)])
  const lessons = rows.flatMap((row) => {
    const lesson = ctx.content.lesson(row.lessonId)
    return lesson ? [progressState(row, filmOf(lesson)?.length ?? lesson.durationSeconds)] : []
  })
  return { lessons }
}
