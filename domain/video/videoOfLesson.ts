import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { filmsOfLessons, type LessonFilm } from './filmsOfLessons.ts'

/**
 * The film of one lesson, or null if it has none. Throws `not_found` for an unknown lesson. Works without a database.
 */
export async function videoOfLesson(ctx: Ctx, lessonId: string): Promise<LessonFilm | null> {
  const lesson = ctx.content.lesson(lessonId)
  if (!lesson) throw new AppError('not_found', `no lesson ${lessonId}`)
  return (await filmsOfLessons(ctx))(lesson)
}
