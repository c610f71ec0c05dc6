import { addDays, berlinDay, type Day } from '#domain/calendar/berlinDays.ts'
import type { Lesson } from '#ports'
import { isDone, isStarted, type LessonProgress } from '../rules.ts'

type Named = Pick<Lesson, 'id' | 'slug' | 'number' | 'title'>

export interface WeekDay {
  day: Day
  /** Film seen for the first time. */
  watchedSeconds: number
  /** Lessons that were done on this day, in the order of the course. */
  done: Named[]
}

export interface Week {
  monday: Day
  sunday: Day
  days: WeekDay[]
  watchedSeconds: number
  lessonsDone: number
  /** Lessons last watched in this week and not done. */
  underWay: Named[]
}

/** When a lesson became done, by watching or by the tick, whichever came first; null: it is not done. */
export function doneAt(state: LessonProgress): Date | null {
  if (!isDone(state)) return null
  const moments = [state.completedAt, state.doneMark ? state.doneMarkAt : null].filter((at) => at !== null)
  return moments.sort((a, b) => a.getTime() - b.getTime())[0] ?? null
}

/** What was done in one week from Monday to Sunday. Pure; deliberately without comparisons, streaks and targets. */
export function weekOf(
  monday: Day,
  facts: { lessons: Named[]; progress: LessonProgress[]; watchedMs: Map<Day, number> },
): Week {
  const { lessons, progress, watchedMs } = facts
  const sunday = addDays(monday, 6)
  const stateOf = new Map(progress.map((state) => [state.lessonId, state]))
  const doneOn = new Map<Day, Named[]>()
  const underWay: Named[] = []
  for (const { id, slug, number, title } of lessons) {
    const state = stateOf.get(id)
    if (!state) continue
    const lesson = { id, slug, number, title }
    const done = doneAt(state)
    if (done) doneOn.set(berlinDay(done), [...(doneOn.get(berlinDay(done)) ?? []), lesson])
    const touched = berlinDay(state.positionAt)
    if (!isDone(state) && isStarted(state) && touched >= monday && touched <= sunday) underWay.push(lesson)
  }
  const days = Array.from({ length: 7 }, (_, step): WeekDay => {
    const day = addDays(monday, step)
    return { day, watchedSeconds: Math.round((watchedMs.get(day) ?? 0) / 1000), done: doneOn.get(day) ?? [] }
  })
  return {
    monday,
    sunday,
    days,
    watchedSeconds: days.reduce((sum, day) => sum + day.watchedSeconds, 0),
    lessonsDone: days.reduce((sum, day) => sum + day.done.length, 0),
    underWay,
  }
}
