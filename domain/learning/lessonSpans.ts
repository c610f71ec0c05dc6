import { type LessonMoment, readLessonSpans } from '#domain/learning/store.ts'
import type { Ctx } from '#ports'

export interface LessonSpan {
  /** The lesson opened first, and when; `number` null for one that is no longer in the course. */
  first: { number: number | null; title: string; at: Date } | null
  /** The lesson watched last, and when. */
  last: { number: number | null; title: string; at: Date } | null
}

/** First and last lesson of each of these people, for the operator; who never opened one is not in the map. */
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
