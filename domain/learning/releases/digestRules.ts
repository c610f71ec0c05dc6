import { berlinDay, type Day } from '#domain/calendar/berlinDays.ts'
import { berlinInstant } from '#domain/calendar/berlinTime.ts'
import type { Lesson, ReleasePlan } from '#ports'
import { type Holding, type MomentOf, type ReleaseOverrides, release, ruleFor } from './release.ts'

/** Mornings at seven in Berlin; who missed that makes up for it until the evening, else on the next morning. */
const FROM = '07:00'
const UNTIL = '20:00'
/** What opened longer ago is no news any more, e.g. after the first start with people who have long been learning. */
const NEWS_MS = 14 * 86_400_000

/**
 * The digest that is due now: its day, and up to when it tells. null: none, it is night. Safe over both clock changes.
 */
export function digestDue(now: Date): { day: Day; until: Date } | null {
  const day = berlinDay(now)
  const [from, end] = [berlinInstant(`${day}T${FROM}`)!, berlinInstant(`${day}T${UNTIL}`)!]
  return now >= from && now < end ? { day, until: from } : null
}

/** The letter's cause: at most one a day and person. */
export const digestKey = (personId: string, day: Day) => `release:${personId}:${day}`

export interface NewsInput {
  lessons: readonly Lesson[]
  plan: ReleasePlan
  overrides: ReleaseOverrides
  holdings: readonly Holding[]
  /** Nothing that opens later is told. */
  until: Date
  moment?: MomentOf
}

/**
 * What opened by the plan since this person has the course and not too long ago. Never what was open from the purchase
 * on, nor what has no moment of its own: „sofort“, a free lesson, or all of it opened by hand.
 */
export function newsFor({ lessons, plan, overrides, holdings, until, moment }: NewsInput): Lesson[] {
  const starts = holdings.filter(({ endedAt }) => endedAt === null).map(({ startsAt }) => startsAt.getTime())
  const since = Math.max(Math.min(...starts), until.getTime() - NEWS_MS)
  return lessons.filter((lesson) => {
    const { open, opensAt } = release(lesson, holdings, ruleFor(lesson, plan, overrides), until, moment)
    return open && opensAt !== null && opensAt.getTime() > since && opensAt <= until
  })
}

/** False while nothing ever opens later than at once, for nobody: then there is nobody to look at. */
export function hasNews(lessons: readonly Lesson[], plan: ReleasePlan, overrides: ReleaseOverrides): boolean {
  return lessons.some((lesson) => {
    const { rule, past } = ruleFor(lesson, plan, overrides)
    return rule.kind !== 'now' || past.some((former) => former.rule.kind !== 'now')
  })
}
