import { readLessonSpans } from '#domain/learning/store.ts'
import type { Ctx } from '#ports'

/** The lesson that a person opened first, and when; null while there is none. */
export async function firstOpened(ctx: Ctx, personId: string): Promise<{ lessonId: string; at: Date } | null> {
  const { first } = await readLessonSpans(ctx.db, [personId])
  return first[0] ?? null
}
