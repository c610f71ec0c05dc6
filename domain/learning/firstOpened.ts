import { readLessonSpans } from '#domain/learning/store.ts'
import type { Ctx } from '#ports'

/** The first lesson a person opened, and when; null while there is none. */
export async function firstOpened(ctx: Ctx, personId: string): Promise<{ lessonId: string; at: Date } | null> {
  const { first } = await readLessonSpans(ctx.db, [personId])
  return first[0] ?? null
}
