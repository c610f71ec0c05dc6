import type { Viewer } from '#domain/access/rules.ts'
import type { Day } from '#domain/calendar/berlinDays.ts'
import type { Ctx } from '#ports'
import type { CourseView } from '../courseView.ts'
import { type ComputedPlan, computePlan, type PlannedLesson } from './computePlan.ts'
import { byWeek, type PlanDay, type PlanWish } from './rules.ts'

export interface PlanView {
  /** null: there is no plan yet. */
  wish: PlanWish | null
  access: ComputedPlan['access']
  today: Day
  /** What is planned for today; null when today is free, or done. */
  now: PlanDay<PlannedLesson> | null
  /** Nothing is planned for today (any more), and film was watched today. */
  doneToday: boolean
  /** The first day that is planned again after a pause; null without one. */
  pausedUntil: Day | null
  /** The next planned day after today. */
  next: PlanDay<PlannedLesson> | null
  weeks: { monday: Day; days: PlanDay<PlannedLesson>[] }[]
  /** The last planned day; null when nothing is left. */
  finishesOn: Day | null
  remaining: { lessons: number; seconds: number }
  /** Playback rate that the plan counts with. */
  rate: number
  /** Secret part of the feed's address; null while it is off, and for a session that is not proven. */
  feedToken: string | null
}

/**
 * „Mein Wochenplan“ as of this moment: computed from what is left to watch, so nothing has to be caught up after a
 * missed day. `course` if the caller has it already. Throws `database_unavailable`.
 */
export async function planView(ctx: Ctx, viewer: Viewer, course?: CourseView): Promise<PlanView> {
  const { row, access, today, watchedToday, remaining, days, rate } = await computePlan(ctx, viewer, course)
  const now = days.find(({ day }) => day === today) ?? null
  const wish = row && { weekdays: row.weekdays, minutes: row.minutes, time: row.time, startsOn: row.startsOn }
  const feedOn = row !== null && row.feedVersion !== null && viewer.kind === 'proven'
  return {
    ...{ wish, access, today, now, rate },
    doneToday: now === null && watchedToday > 0,
    pausedUntil: wish && wish.startsOn > today ? wish.startsOn : null,
    next: days.find(({ day }) => day > today) ?? null,
    weeks: byWeek(days),
    finishesOn: days.at(-1)?.day ?? null,
    remaining: { lessons: remaining.length, seconds: remaining.reduce((sum, { seconds }) => sum + seconds, 0) },
    feedToken: feedOn ? ctx.tokens.feedToken(viewer.personId, row.feedVersion!) : null,
  }
}
