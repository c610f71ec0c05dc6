import { type LessonMoment, readLessonSpans } from '#domain/learning/store.ts'
import type { Ctx } from '#ports'

export interface LessonSpan {
  /** Which lesson this person opened first, and when. */
  first: { number: number | null; title: string; at: Date } | null
  /** Which one was watched last. */
  last: { number: number | null; title: string; at: Date } | null
}

/** First and last lesson of each of these people, for the operator; nobody who never opened one is in the map. */
export async function lessonSpans(ctx: Ctx, personIds: string[]): Promise<Map<string, LessonSpan>> {
  const { first, last } = await readLessonSpans(ctx.db, personIds)
  const named = ({ lessonId, at }: LessonMoment) => {
    const lesson = ctx.content.lesson(lessonId)
    return { number: lesson?.number ?? null, title: lesson?.title ?? lessonId, at }
  }
  const spans = new Map<string, LessonSpan>()
  const spanOf = (personId: string) => {
    const span = spans.get(personId) ?? { first: null, last: null }
    spans.set(personId, span)
    return span
  }
  for (const moment of first) spanOf(moment.personId).first = named(moment)
  for (const moment of last) spanOf(moment.personId).last = named(moment)
  return spans
}
