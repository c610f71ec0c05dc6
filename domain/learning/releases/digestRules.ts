import { berlinDay, type Day } from '#domain/calendar/berlinDays.ts'
import { berlinInstant } from '#domain/calendar/berlinTime.ts'
import type { Lesson, ReleasePlan } from '#ports'
import { type Holding, type MomentOf, type ReleaseOverrides, release, ruleFor } from './release.ts'

/** Digests are written at seven in the morning in Berlin; a worker that was down makes up for it until the evening. */
const FROM = '07:00'
const UNTIL = '20:00'
/** What opened longer ago is no news, for example at the first start with people who have long been learning. */
const NEWS_MS = 14 * 86_400_000

/**
 * The digest that is due now: its day, and the instant up to which it tells what opened. Null between 20 and 7 o'clock.
 * Right across both clock changes.
 */
export function digestDue(now: Date): { day: Day; until: Date } | null {
  const day = berlinDay(now)
  const [from, end] = [berlinInstant(`${day}T${FROM}`)!, berlinInstant(`${day}T${UNTIL}`)!]
  return now >= from && now < end ? { day, until: from } : null
}

/** Unique key of the letter: at most one per person and day. */
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
 * The lessons that opened by the plan since this person has the course, at most 14 days ago. Without those that were
 * open from the purchase on or have no moment of opening: „sofort“, free lessons, everything opened by hand.
 */
export function newsFor({ lessons, plan, overrides, holdings, until, moment }: NewsInput): Lesson[] {
  const starts = holdings.filter(({ endedAt }) => endedAt === null).map(({ startsAt }) => startsAt.getTime())
  const since = Math.max(Math.min(...starts), until.getTime() - NEWS_MS)
  return lessons.filter((lesson) => {
    const { open, opensAt } = release(lesson, holdings, ruleFor(lesson, plan, overrides), until, moment)
    return open && opensAt !== null && opensAt.getTime() > since && opensAt <= until
  })
}

/** Whether any rule opens lessons later than at once; if not, nobody has news and nobody need be looked at. */
export function hasNews(lessons: readonly Lesson[], plan: ReleasePlan, overrides: ReleaseOverrides): boolean {
  return lessons.some((lesson) => {
    const { rule, past } = ruleFor(lesson, plan, overrides)
    return rule.kind !== 'now' || past.some((former) => former.rule.kind !== 'now')
  })
}
