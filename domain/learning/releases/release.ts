import { addDays, berlinDay, type Day, daysBetween } from '#domain/calendar/berlinDays.ts'
import { berlinDaysLater, berlinInstant, MAX_DAYS } from '#domain/calendar/berlinTime.ts'
import type { Lesson, ReleasePlan, ReleaseRule } from '#ports'

/** Calendar days in Berlin, both included, in which days do not count. */
export interface Pause {
  from: Day
  to: Day
}

/** What is different for one person. `kept` and `since` belong together: see `changedFor`. */
export interface PersonRelease {
  /** Days by which `days` rules come later (or earlier, if negative). */
  shiftDays: number
  /** Everything is open, whatever the schedule says. */
  allOpen: boolean
  /** In the order of time, apart from each other. */
  pauses: Pause[]
  /**
   * What was open when the last change was made, and stays open: lesson → ISO instant at which it opened, null without
   * one.
   */
  kept: Record<string, string | null>
  /** When the last change was made; null: never. */
  since: Date | null
}

/** A rule that held for a lesson. `until` null: it was noted last and has not ended. */
export interface PastRule {
  rule: ReleaseRule
  until: Date | null
}

/** What the database says over `content/releases.json`. */
export interface ReleaseOverrides {
  lessons: Record<string, ReleaseRule>
  modules: Record<string, ReleaseRule>
  /** By lesson. */
  past: Record<string, PastRule[]>
  person: PersonRelease
}

/** From when to when somebody had the course through one grant; `endedAt` null: still. */
export interface Holding {
  startsAt: Date
  endedAt: Date | null
}

/** The rule that counts for one lesson and one person, and those that counted before. */
export interface ReleaseOverride {
  rule: ReleaseRule
  past: readonly PastRule[]
  person: PersonRelease
}

export interface Release {
  open: boolean
  /** When it opens or opened; null when it is open without a date, or when the rule needs a grant and there is none. */
  opensAt: Date | null
}

export const noChange: PersonRelease = { shiftDays: 0, allOpen: false, pauses: [], kept: {}, since: null }
export const noOverrides: ReleaseOverrides = { lessons: {}, modules: {}, past: {}, person: noChange }

/** For so many milliseconds after a change a process may still answer by the former rule (`schedule.ts`). */
export const GRACE_MS = 10_000

const none: readonly PastRule[] = []

/** The rule that counts for one lesson: row before file, lesson before module before default. */
export function ruleFor(
  lesson: Pick<Lesson, 'id' | 'moduleId'>,
  plan: ReleasePlan,
  overrides: ReleaseOverrides = noOverrides,
): ReleaseOverride {
  const rule =
    overrides.lessons[lesson.id] ??
    overrides.modules[lesson.moduleId] ??
    plan.lessons[lesson.id] ??
    plan.modules[lesson.moduleId] ??
    plan.default
  return { rule, past: overrides.past[lesson.id] ?? none, person: overrides.person }
}

/** When a rule opens a lesson for a grant that began at `start`; null: without a moment, so it is open. */
export type MomentOf = (rule: ReleaseRule, start: Date, person: PersonRelease) => Date | null

/**
 * The moment computed anew. The rule `now` and an unreadable rule have none: a typing mistake of ours must not lock out
 * somebody who paid.
 */
const momentOf: MomentOf = (rule, start, person) => {
  if (rule.kind === 'now') return null
  if (rule.kind === 'date') return berlinInstant(rule.at)
  return berlinDaysLater(start, countedDays(rule.days, berlinDay(start), person), rule.time)
}

/** `momentOf` with a memory, for one person: most lessons share a few rules, and wall-clock time is slow to compute. */
export function rememberMoments(): MomentOf {
  const known = new Map<string, Date | null>()
  return (rule, start, person) => {
    const key = `${JSON.stringify(rule)} ${rule.kind === 'days' ? start.getTime() : ''}`
    const found = known.get(key)
    if (found !== undefined) return found
    const moment = momentOf(rule, start, person)
    known.set(key, moment)
    return moment
  }
}

/** A pause moves what was still to come when it began, by the days it lasts; days before the purchase do not count. */
function countedDays(days: number, startDay: Day, { shiftDays, pauses }: PersonRelease): number {
  let counted = days + shiftDays
  if (!Number.isInteger(counted) || Math.abs(counted) > MAX_DAYS) return Number.NaN
  for (const pause of pauses) {
    const from = pause.from > startDay ? pause.from : startDay
    if (from <= pause.to && from <= addDays(startDay, counted)) counted += daysBetween(from, pause.to) + 1
  }
  return counted
}

const always: Release = { open: true, opensAt: null }

/**
 * Whether this lesson is open at `now` for somebody with these grants. Pure, so no scheduled job is needed to open one.
 * Free lessons are always open; a date counts for everybody; `days` counts from the grant, by calendar days in Berlin.
 * Never locks again: what a rule or a grant had opened while it held stays open (`past`, `holdings`, `person.kept`).
 * What the learner once opened stays open too, but only the caller knows that (`lesson_opened`).
 */
export function release(
  lesson: Pick<Lesson, 'id' | 'free'>,
  holdings: readonly Holding[],
  override: ReleaseOverride,
  now: Date,
  moment: MomentOf = momentOf,
): Release {
  const { rule, past, person } = override
  if (lesson.free || person.allOpen) return always
  const kept = person.kept[lesson.id]
  if (kept !== undefined) return { open: true, opensAt: kept === null ? null : new Date(kept) }
  const today = underRule(rule, holdings, person, moment)
  if (today === 'always') return always
  const opened = today.filter((at) => at <= now)
  for (const former of past) {
    const before = underFormer(former, holdings, person, now, moment)
    if (before === 'always') return always
    opened.push(...before)
  }
  if (opened.length > 0) return { open: true, opensAt: earliest(opened) }
  return { open: false, opensAt: today.length > 0 ? earliest(today) : null }
}

const sinceEver: Holding[] = [{ startsAt: new Date(0), endedAt: null }]

/**
 * The release as far as it can be known without a database: when the grants are unknown too, releases by days count as
 * open, because whoever paid is better let in than kept out.
 */
export function releaseWithoutDatabase(
  lesson: Pick<Lesson, 'id' | 'free'>,
  holdings: readonly Holding[] | null,
  override: ReleaseOverride,
  now: Date,
  moment?: MomentOf,
): Release {
  return release(lesson, holdings ?? sinceEver, override, now, moment)
}

const earliest = (moments: Date[]): Date => new Date(Math.min(...moments.map((at) => at.getTime())))

/** The moments, past or future, at which the present rule opens a lesson. */
function underRule(
  rule: ReleaseRule,
  holdings: readonly Holding[],
  person: PersonRelease,
  moment: MomentOf,
): 'always' | Date[] {
  if (rule.kind !== 'days') {
    const at = moment(rule, new Date(0), person)
    return at === null ? 'always' : [at]
  }
  const moments: Date[] = []
  for (const { startsAt, endedAt } of holdings) {
    const at = moment(rule, startsAt, person)
    if (at === null) return 'always'
    // A grant that has ended opened only what came while it lasted.
    if (endedAt === null || at <= endedAt) moments.push(at)
  }
  return moments
}

/** The moments at which a former rule had opened the lesson while it held. */
function underFormer(
  { rule, until }: PastRule,
  holdings: readonly Holding[],
  person: PersonRelease,
  now: Date,
  moment: MomentOf,
): 'always' | Date[] {
  // What was open before the last change for this person is in `kept`; the present shift would be wrong for rules that
  // ended before it.
  if (until && person.since && until < person.since) return []
  const moments: Date[] = []
  for (const { startsAt, endedAt } of holdings) {
    if (until && startsAt > until) continue
    const at = moment(rule, startsAt, person)
    if (at === null) return 'always'
    const held = until ? Math.min(now.getTime(), until.getTime() + GRACE_MS) : now.getTime()
    if (at.getTime() <= held && (endedAt === null || at <= endedAt)) moments.push(at)
  }
  return moments
}

/**
 * One person's release after a change made at `at`. Whatever is open at that moment (`open`: lesson → when it opened)
 * is kept open, so a change never locks.
 */
export function changedFor(
  person: PersonRelease,
  change: Partial<Pick<PersonRelease, 'shiftDays' | 'allOpen' | 'pauses'>>,
  open: Record<string, Date | null>,
  at: Date,
): PersonRelease {
  const kept = Object.fromEntries(Object.entries(open).map(([id, moment]) => [id, moment?.toISOString() ?? null]))
  return { ...person, ...change, kept: { ...kept, ...person.kept }, since: at }
}
