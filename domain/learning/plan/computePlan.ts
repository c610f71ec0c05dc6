import type { Viewer } from '#domain/access/rules.ts'
import { berlinDay, type Day } from '#domain/calendar/berlinDays.ts'
import { berlinWallClock } from '#domain/calendar/berlinTime.ts'
import { type CourseView, courseView, type LessonRow } from '#domain/learning/courseView.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { playbackRate } from '../settings/playbackRate.ts'
import { readLearningDays } from '../store.ts'
import { firstDay, type PlanDay, type PlanWish, planDays, type Remaining } from './rules.ts'
import { type PlanRow, readPlan } from './store.ts'

export interface PlannedLesson extends Remaining {
  slug: string
  number: number
  title: string
  goal: string
  started: boolean
}

export interface ComputedPlan {
  row: PlanRow | null
  access: CourseView['access']
  today: Day
  /** Film watched today, in seconds at the learner's speed. */
  watchedToday: number
  remaining: PlannedLesson[]
  days: PlanDay<PlannedLesson>[]
  rate: number
}

/** A lesson that is not done is planned with at least this much, even if only seconds are left. */
const LEAST_SECONDS = 60

/** The plan computed for this moment; `course` if the caller has it already. Throws `database_unavailable`. */
export async function computePlan(
  ctx: Ctx,
  viewer: Pick<Viewer, 'personId' | 'role' | 'kind' | 'courses' | 'degraded'>,
  course?: CourseView,
): Promise<ComputedPlan> {
  if (viewer.degraded || !ctx.db.health().up) throw new AppError('database_unavailable')
  const { personId } = viewer
  const today = berlinDay(ctx.clock.now())
  const [row, view, rate, watched] = await Promise.all([
    readPlan(ctx.db, personId),
    course ?? courseView(ctx, viewer as Viewer),
    playbackRate(ctx, personId),
    readLearningDays(ctx.db, personId, today, today),
  ])
  if (view.degraded) throw new AppError('database_unavailable')
  const remaining = remainingOf(view, rate, row?.time ?? '00:00')
  const watchedToday = Math.round((watched.get(today) ?? 0) / 1000 / rate)
  const wish: PlanWish | null = row
  return {
    ...{ row, access: view.access, today, watchedToday, remaining, rate },
    days: wish && view.access === 'active' ? planDays(remaining, wish, today, watchedToday) : [],
  }
}

function remainingOf(view: CourseView, rate: number, time: string): PlannedLesson[] {
  return view.modules
    .flatMap((module) => module.lessons)
    .flatMap((lesson): PlannedLesson[] => {
      const { id, slug, number, title, goal, state } = lesson
      if (state === 'done' || !canBePlanned(lesson)) return []
      const left = Math.max(LEAST_SECONDS, lesson.durationSeconds - lesson.watchedSeconds)
      const notBefore = lesson.lock && lesson.opensAt ? firstDay(berlinWallClock(lesson.opensAt), time) : null
      return [
        { id, slug, number, title, goal, started: state === 'started', seconds: Math.round(left / rate), notBefore },
      ]
    })
}

/** Whether a lesson is open, or has a day on which it opens. */
const canBePlanned = ({ lock, opensAt }: LessonRow): boolean =>
  lock === null || (lock === 'not_released' && opensAt !== null)
