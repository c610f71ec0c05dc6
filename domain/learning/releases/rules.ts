import { daysBetween, isDay } from '#domain/calendar/berlinDays.ts'
import { berlinInstant } from '#domain/calendar/berlinTime.ts'
import { AppError } from '#errors'
import type { Course, Lesson, ReleasePlan, ReleaseRule } from '#ports'
import { courseRules } from '../courseRules.ts'
import { noChange, type Pause, type PersonRelease, type ReleaseOverrides, ruleFor } from './release.ts'

/** Which changes of the schedule are possible, and what its stored rows mean. Pure. */

export const releaseLimits = {
  ruleDays: courseRules.releaseDays,
  shiftDays: 365,
  pauseDays: 365,
  pauses: 20,
  /** Nobody plans for earlier or later than this. */
  firstDay: '2020-01-01',
  lastDay: '2099-12-31',
} as const

export interface RuleTarget {
  kind: 'module' | 'lesson'
  id: string
}

/** „lesson:x“, „module:x“ → what it names, with its German name; null for anything that is not in the course. */
export function targetOf(course: Course, text: string): (RuleTarget & { name: string }) | null {
  const [, kind, id] = /^(module|lesson):(.{1,100})$/.exec(text) ?? []
  if (kind === 'module') {
    const module = course.modules.find((one) => one.id === id)
    return module ? { kind, id: module.id, name: `Modul ${module.number}, ${module.title}` } : null
  }
  const lesson = course.lessons.find((one) => one.id === id)
  return kind === 'lesson' && lesson ? { kind, id: lesson.id, name: `Lektion ${lesson.number}, ${lesson.title}` } : null
}

const bad = (field: string, sentence: string) => new AppError('invalid_input', field, { fields: { [field]: sentence } })

const isPlanned = (day: string): boolean => isDay(day) && day >= releaseLimits.firstDay && day <= releaseLimits.lastDay

/** The rule with nothing else in it. Throws `invalid_input` with a sentence for the field that is wrong. */
export function checkRule(rule: ReleaseRule): ReleaseRule {
  if (rule.kind === 'now') return { kind: 'now' }
  if (rule.kind === 'date') {
    const [day = '', time = ''] = rule.at.split('T')
    if (!isPlanned(day)) throw bad('date', 'Diesen Tag gibt es nicht. Nimm einen wie 2026-12-01, bis 2099.')
    if (!isClock(time)) throw bad('time', 'Diese Uhrzeit gibt es nicht. Nimm eine wie 06:00.')
    return { kind: 'date', at: `${day}T${time}` }
  }
  if (!Number.isInteger(rule.days) || rule.days < 0 || rule.days > releaseLimits.ruleDays)
    throw bad('days', `Gib ganze Tage an, von 0 bis ${releaseLimits.ruleDays}.`)
  if (!isClock(rule.time)) throw bad('time', 'Diese Uhrzeit gibt es nicht. Nimm eine wie 06:00.')
  return { kind: 'days', days: rule.days, time: rule.time }
}

const isClock = (time: string) => berlinInstant(`2026-01-01T${time}`) !== null

/** Whole days, not 0, at most a year either way; throws `invalid_input` with `fields.days`. */
export function checkShift(days: number): number {
  if (!Number.isInteger(days) || days === 0 || Math.abs(days) > releaseLimits.shiftDays)
    throw bad('days', `Gib ganze Tage an, von 1 bis ${releaseLimits.shiftDays}; mit Minus davor kommt alles früher.`)
  return days
}

/** The pauses with one more. Throws `invalid_input` for one that is reversed, too long, or meets another. */
export function withPause(pauses: Pause[], pause: Pause): Pause[] {
  if (!isPlanned(pause.from)) throw bad('from', 'Diesen ersten Tag gibt es nicht. Nimm einen wie 2026-12-01.')
  if (!isPlanned(pause.to)) throw bad('to', 'Diesen letzten Tag gibt es nicht. Nimm einen wie 2026-12-14.')
  if (pause.to < pause.from) throw bad('to', 'Die Pause endet vor ihrem Anfang. Vertausche die beiden Tage.')
  if (daysBetween(pause.from, pause.to) >= releaseLimits.pauseDays)
    throw bad('to', `Eine Pause dauert höchstens ${releaseLimits.pauseDays} Tage.`)
  if (pauses.some((other) => pause.from <= other.to && other.from <= pause.to))
    throw bad('from', 'In dieser Zeit ist schon eine Pause. Nimm sie zuerst zurück, oder wähle andere Tage.')
  if (pauses.length >= releaseLimits.pauses)
    throw bad('from', `Mehr als ${releaseLimits.pauses} Pausen gehen nicht. Nimm zuerst eine alte zurück.`)
  return [...pauses, pause].sort((a, b) => (a.from < b.from ? -1 : 1))
}

const isMoment = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value))

/** A person's row from the database; unreadable parts count as absent. */
export function asPersonRelease(row: Record<string, unknown>): PersonRelease {
  const { shiftDays, allOpen, pauses, kept, since } = row
  const isPause = (pause: unknown): pause is Pause => {
    const { from, to } = (pause ?? {}) as Record<string, unknown>
    return typeof from === 'string' && typeof to === 'string' && isDay(from) && isDay(to)
  }
  return {
    shiftDays: Number.isInteger(shiftDays) ? (shiftDays as number) : noChange.shiftDays,
    allOpen: allOpen === true,
    pauses: Array.isArray(pauses) ? pauses.filter(isPause) : [],
    kept: kept && typeof kept === 'object' ? keptOf(kept as Record<string, unknown>) : {},
    since: isMoment(since) ? new Date(since) : null,
  }
}

const keptOf = (kept: Record<string, unknown>): PersonRelease['kept'] =>
  Object.fromEntries(Object.entries(kept).map(([id, at]) => [id, isMoment(at) ? at : null]))

/** Lesson → its rule by file and overrides together, for the present course; a free lesson has `now`. */
export const wantedRules = (course: Course, plan: ReleasePlan, overrides: ReleaseOverrides): Map<string, ReleaseRule> =>
  new Map(course.lessons.map((lesson) => [lesson.id, standsFor(lesson, plan, overrides)]))

const standsFor = (lesson: Lesson, plan: ReleasePlan, overrides: ReleaseOverrides): ReleaseRule =>
  lesson.free ? { kind: 'now' } : ruleFor(lesson, plan, overrides).rule

/** Whether two rules are equal, in whatever order their keys were stored. */
function sameRule(one: ReleaseRule, other: ReleaseRule): boolean {
  const plain = (rule: ReleaseRule) => JSON.stringify(Object.entries(rule).sort(([a], [b]) => (a < b ? -1 : 1)))
  return plain(one) === plain(other)
}

/** Which rules end and which begin. The rule of a lesson that left the course ends too: it may return under another. */
export function standingChange(
  standing: ReadonlyMap<string, { rule: ReleaseRule }>,
  wanted: ReadonlyMap<string, ReleaseRule>,
): { ended: string[]; begun: { lessonId: string; rule: ReleaseRule }[] } {
  const stays = (lessonId: string, rule: ReleaseRule) => {
    const found = wanted.get(lessonId)
    return found !== undefined && sameRule(found, rule)
  }
  return {
    ended: [...standing].filter(([id, { rule }]) => !stays(id, rule)).map(([id]) => id),
    begun: [...wanted]
      .filter(([id, rule]) => {
        const stands = standing.get(id)
        return !stands || !sameRule(stands.rule, rule)
      })
      .map(([lessonId, rule]) => ({ lessonId, rule })),
  }
}

/** True when some lesson does not open at once, so that the course is not delivered whole with the purchase. */
export const isDrip = (rules: Iterable<ReleaseRule>): boolean => [...rules].some((rule) => rule.kind !== 'now')

/** A rule as short text for the audit log; the same rule gives the same text. */
export function ruleCode(rule: ReleaseRule): string {
  if (rule.kind === 'now') return 'now'
  return rule.kind === 'date' ? `date ${rule.at}` : `days ${rule.days} ${rule.time}`
}

/** A learner's own release as short text for the audit log; „none“ when it is as for everybody. */
export function personCode({ shiftDays, allOpen, pauses }: PersonRelease): string {
  const parts = [
    ...(shiftDays === 0 ? [] : [`shift ${shiftDays}`]),
    ...(allOpen ? ['open'] : []),
    ...pauses.map(({ from, to }) => `pause ${from}/${to}`),
  ]
  return parts.join(', ') || 'none'
}
