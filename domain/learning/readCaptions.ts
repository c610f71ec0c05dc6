import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { passGate } from './passGate.ts'

/**
 * The lesson's WebVTT text, for whoever may watch it. From disk, so it works without a database. Throws `not_found` (no
 * such lesson, or no captions), and `unauthenticated`, `no_grant`, `grant_revoked`, `not_released` as `passGate` does.
 */
export async function readCaptions(ctx: Ctx, input: { lessonId: string; viewer: Viewer | null }): Promise<string> {
  const lesson = ctx.content.lesson(input.lessonId)
  if (!lesson) throw new AppError('not_found', `no lesson ${input.lessonId}`)
  await passGate(ctx, lesson, input.viewer)
  const captions = ctx.content.captions(lesson.id)
  if (captions === null) throw new AppError('not_found', `no captions for ${lesson.id}`)
  return captions
}
