import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { forgetFilms } from './filmsOfLessons.ts'
import { findVideo, saveAssignment } from './store.ts'
import { syncVideo } from './syncVideo.ts'

/**
 * Gives a lesson its film, which then counts instead of the one in its file; the last assignment wins. Other processes
 * show it within ten seconds. `lessonId` may be id or slug; answers the id. Throws `not_found` for an unknown lesson or
 * film, `OutsideError('bunny')` when the film is not known here and Bunny cannot be asked.
 */
export async function assignVideo(ctx: Ctx, input: { lessonId: string; guid: string }): Promise<{ lessonId: string }> {
  const lesson = ctx.content.lesson(input.lessonId)
  if (!lesson) throw new AppError('not_found', `no lesson ${input.lessonId}`)
  if (!(await isKnown(ctx, input.guid))) {
    await syncVideo(ctx, input.guid)
    if (!(await isKnown(ctx, input.guid))) throw new AppError('not_found', `no film ${input.guid}`)
  }
  await saveAssignment(ctx.db, lesson.id, input.guid, ctx.clock.now())
  forgetFilms(ctx.db)
  return { lessonId: lesson.id }
}

async function isKnown(ctx: Ctx, guid: string): Promise<boolean> {
  const row = await findVideo(ctx.db, guid)
  return row !== null && row.goneAt === null
}
