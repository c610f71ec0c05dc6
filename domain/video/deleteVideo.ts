import { AppError, isOutsideError } from '#errors'
import type { Ctx } from '#ports'
import { filmsOfLessons, forgetFilms } from './filmsOfLessons.ts'
import { markGone } from './store.ts'

/**
 * Deletes a film at Bunny; may be repeated. Throws `conflict` for a film that a lesson shows (its number in
 * `facts.lesson`), `OutsideError('bunny')`.
 */
export async function deleteVideo(ctx: Ctx, guid: string): Promise<void> {
  forgetFilms(ctx.db)
  const filmOf = await filmsOfLessons(ctx)
  const shown = ctx.content.course().lessons.find((lesson) => filmOf(lesson)?.guid === guid)
  if (shown) throw new AppError('conflict', `lesson ${shown.id} shows it`, { facts: { lesson: shown.number } })
  try {
    await ctx.videos.deleteVideo(guid)
  } catch (error) {
    if (!isOutsideError(error) || error.failure !== 'not_found') throw error
  }
  await markGone(ctx.db, guid, ctx.clock.now())
}
