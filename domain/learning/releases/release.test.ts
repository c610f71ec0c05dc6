import fc from 'fast-check'
import { expect, test } from 'vitest'
import { berlinDaysLater, berlinInstant } from '#domain/calendar/berlinTime.ts'
import type { ReleasePlan, ReleaseRule } from '#ports'
import {
  changedFor,
  GRACE_MS,
  type Holding,
  noChange,
  noOverrides,
  type PersonRelease,
  release,
  rememberMoments,
  ruleFor,
} from './release.ts'

const locked = { id: 'l1', free: false }
const iso = (text: string) => new Date(text)
const since = (startsAt: Date, endedAt: Date | null = null): Holding[] => [{ startsAt, endedAt }]
const under = (rule: ReleaseRule, person: Partial<PersonRelease> = {}) => ({
  rule,
  past: [],
  person: { ...noChange, ...person },
})

test('Berlin winter and summer time', () => {
  expect(berlinInstant('2026-11-30T06:00')).toEqual(iso('2026-11-30T05:00:00Z'))
  expect(berlinInstant('2026-07-01T06:00')).toEqual(iso('2026-07-01T04:00:00Z'))
})

test('the hour that the spring change skips is read as one hour later', () => {
  expect(berlinInstant('2026-03-29T01:59')).toEqual(iso('2026-03-29T00:59:00Z'))
  expect(berlinInstant('2026-03-29T02:30')).toEqual(iso('2026-03-29T01:30:00Z'))
  expect(berlinInstant('2026-03-29T03:00')).toEqual(iso('2026-03-29T01:00:00Z'))
})

test('the hour that the autumn change repeats is its first turn', () => {
  expect(berlinInstant('2026-10-25T02:30')).toEqual(iso('2026-10-25T00:30:00Z'))
  expect(berlinInstant('2026-10-25T03:00')).toEqual(iso('2026-10-25T02:00:00Z'))
})

test('days count by calendar, so 6:00 stays 6:00 over a clock change', () => {
  const bought = iso('2026-10-24T20:00:00Z') // 22:00 in Berlin, the evening before the change
  expect(berlinDaysLater(bought, 0, '06:00')).toEqual(iso('2026-10-24T04:00:00Z'))
  expect(berlinDaysLater(bought, 1, '06:00')).toEqual(iso('2026-10-25T05:00:00Z'))
  const spring = iso('2026-03-28T22:30:00Z') // 23:30 in Berlin
  expect(berlinDaysLater(spring, 1, '06:00')).toEqual(iso('2026-03-29T04:00:00Z'))
})

test('shortly after midnight in Berlin already counts as the new day', () => {
  expect(berlinDaysLater(iso('2026-06-30T22:10:00Z'), 1, '06:00')).toEqual(iso('2026-07-02T04:00:00Z'))
})

test('what is no time is null', () => {
  for (const text of ['', '2026-13-01T00:00', '2026-02-30T06:00', '2026-01-01', '2026-01-01T24:00', 'morgen'])
    expect(berlinInstant(text)).toBeNull()
  expect(berlinDaysLater(iso('2026-01-01T00:00:00Z'), 1, '25:00')).toBeNull()
  for (const days of [1e9, -1e9, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(berlinDaysLater(iso('2026-01-01T00:00:00Z'), days, '06:00')).toBeNull()
})

const dates = fc.date({ min: iso('2024-01-01T00:00:00Z'), max: iso('2030-01-01T00:00:00Z'), noInvalidDate: true })

test('a lesson opens exactly at its moment and stays open', () => {
  fc.assert(
    fc.property(
      dates,
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 500 * 24 * 60 }),
      (start, days, hour, minutesLater) => {
        const rule = under({ kind: 'days', days, time: `${String(hour).padStart(2, '0')}:00` })
        const opens = (now: Date) => release(locked, since(start), rule, now).open
        const opensAt = berlinDaysLater(start, days, `${String(hour).padStart(2, '0')}:00`)!
        expect(release(locked, since(start), rule, start).opensAt).toEqual(opensAt)
        expect(opens(new Date(opensAt.getTime() - 1))).toBe(false)
        expect(opens(opensAt)).toBe(true)
        expect(opens(new Date(opensAt.getTime() + minutesLater * 60_000))).toBe(true)
        const shown = new Intl.DateTimeFormat('de-DE', { timeZone: 'Europe/Berlin', hour: 'numeric' }).format(opensAt)
        if (hour !== 2) expect(Number.parseInt(shown, 10)).toBe(hour)
      },
    ),
  )
})

test('later days never open earlier', () => {
  fc.assert(
    fc.property(dates, fc.nat(300), fc.nat(30), (start, days, shiftDays) => {
      const opens = (person: Partial<PersonRelease>) =>
        release(locked, since(start), under({ kind: 'days', days, time: '06:00' }, person), start).opensAt!.getTime()
      expect(opens({ shiftDays })).toBeGreaterThanOrEqual(opens({}))
    }),
  )
})

test('a pause moves what was still to come by its length, and nothing else', () => {
  const start = iso('2026-11-01T12:00:00Z')
  const pauses = [{ from: '2026-11-10', to: '2026-11-16' }]
  const opens = (days: number, more = pauses) =>
    release(locked, since(start), under({ kind: 'days', days, time: '06:00' }, { pauses: more }), start).opensAt
  expect(opens(8)).toEqual(berlinInstant('2026-11-09T06:00'))
  expect(opens(9)).toEqual(berlinInstant('2026-11-17T06:00'))
  expect(opens(20)).toEqual(berlinInstant('2026-11-28T06:00'))
  // The second pause meets what the first one moved into it.
  const two = [...pauses, { from: '2026-11-28', to: '2026-11-28' }]
  expect(opens(20, two)).toEqual(berlinInstant('2026-11-29T06:00'))
  // Of a pause before the purchase only the days after it count.
  expect(opens(1, [{ from: '2026-10-01', to: '2026-11-03' }])).toEqual(berlinInstant('2026-11-05T06:00'))
  expect(opens(1, [{ from: '2026-10-01', to: '2026-10-31' }])).toEqual(berlinInstant('2026-11-02T06:00'))
  const dated = under({ kind: 'date', at: '2026-11-12T06:00' }, { pauses })
  expect(release(locked, since(start), dated, start).opensAt).toEqual(berlinInstant('2026-11-12T06:00'))
})

test('free lessons, `now` and unreadable rules are open; `days` without a grant is not', () => {
  const now = iso('2026-01-01T00:00:00Z')
  expect(release({ id: 'f', free: true }, [], under({ kind: 'date', at: '2999-01-01T00:00' }), now).open).toBe(true)
  expect(release(locked, [], under({ kind: 'now' }), now).open).toBe(true)
  expect(release(locked, [], under({ kind: 'date', at: 'bald' }), now).open).toBe(true)
  expect(release(locked, since(now), under({ kind: 'days', days: 1e9, time: '06:00' }), now).open).toBe(true)
  expect(release(locked, [], under({ kind: 'days', days: 0, time: '06:00' }), now)).toEqual({
    open: false,
    opensAt: null,
  })
})

test('a row beats the file, a lesson beats its module', () => {
  const plan: ReleasePlan = {
    default: { kind: 'now' },
    modules: { m1: { kind: 'date', at: 'file-module' } },
    lessons: {},
  }
  const lesson = { id: 'l1', moduleId: 'm1' }
  expect(ruleFor(lesson, plan).rule).toEqual({ kind: 'date', at: 'file-module' })
  const rows = { ...noOverrides, modules: { m1: { kind: 'now' } as const } }
  expect(ruleFor(lesson, plan, rows).rule).toEqual({ kind: 'now' })
  const both = { ...rows, lessons: { l1: { kind: 'date', at: 'row-lesson' } as const } }
  expect(ruleFor(lesson, plan, both).rule).toEqual({ kind: 'date', at: 'row-lesson' })
})

const far: ReleaseRule = { kind: 'date', at: '2099-01-01T06:00' }

test('what a rule had opened stays open after it; what it would have opened later does not', () => {
  const until = iso('2026-11-20T12:00:00Z')
  const now = iso('2026-12-01T12:00:00Z')
  const after = (rule: ReleaseRule, start: string) =>
    release(locked, since(iso(start)), { rule: far, past: [{ rule, until }], person: noChange }, now).open
  expect(after({ kind: 'now' }, '2026-11-20T11:59:00Z')).toBe(true)
  expect(after({ kind: 'now' }, '2026-11-20T12:01:00Z')).toBe(false)
  expect(after({ kind: 'days', days: 5, time: '06:00' }, '2026-11-15T12:00:00Z')).toBe(true)
  expect(after({ kind: 'days', days: 6, time: '06:00' }, '2026-11-15T12:00:00Z')).toBe(false)
  expect(after({ kind: 'date', at: '2026-11-20T12:00' }, '2026-11-01T12:00:00Z')).toBe(true)
  expect(after({ kind: 'date', at: '2026-11-20T13:01' }, '2026-11-01T12:00:00Z')).toBe(false)
})

test('while other processes may still answer by the old rule, what it opens counts', () => {
  const until = berlinInstant('2026-11-20T06:00')!
  const rule: ReleaseRule = { kind: 'date', at: '2026-11-20T06:00' }
  const just = { rule, until: new Date(until.getTime() - GRACE_MS) }
  const long = { rule, until: new Date(until.getTime() - GRACE_MS - 1) }
  const opens = (past: (typeof just)[]) =>
    release(locked, since(iso('2026-11-01T12:00:00Z')), { rule: far, past, person: noChange }, until).open
  expect(opens([just])).toBe(true)
  expect(opens([long])).toBe(false)
})

test('a change that nobody has noted yet opens by both rules', () => {
  const past = [{ rule: { kind: 'days', days: 1, time: '06:00' } as const, until: null }]
  const start = iso('2026-11-01T12:00:00Z')
  const opens = (now: string) => release(locked, since(start), { rule: far, past, person: noChange }, iso(now)).open
  expect(opens('2026-11-02T04:59:00Z')).toBe(false)
  expect(opens('2026-11-02T05:00:00Z')).toBe(true)
})

test('a grant that ended leaves open what it had opened; the rest counts from the other one', () => {
  const holdings = [
    ...since(iso('2026-11-01T12:00:00Z'), iso('2026-11-05T12:00:00Z')),
    ...since(iso('2026-11-20T12:00:00Z')),
  ]
  const now = iso('2026-11-21T12:00:00Z')
  const after = (days: number) => release(locked, holdings, under({ kind: 'days', days, time: '06:00' }), now)
  expect(after(4)).toEqual({ open: true, opensAt: berlinInstant('2026-11-05T06:00') })
  expect(after(5)).toEqual({ open: false, opensAt: berlinInstant('2026-11-25T06:00') })
})

test('„alles offen“ opens everything; taken back it leaves open what was', () => {
  const now = iso('2026-11-21T12:00:00Z')
  expect(release(locked, since(now), under(far, { allOpen: true }), now).open).toBe(true)
  const taken = changedFor({ ...noChange, allOpen: true }, { allOpen: false }, { l1: null }, now)
  expect(release(locked, since(now), { rule: far, past: [], person: taken }, now)).toEqual({
    open: true,
    opensAt: null,
  })
  expect(release({ ...locked, id: 'l2' }, since(now), { rule: far, past: [], person: taken }, now).open).toBe(false)
})

test('one computation a rule gives what each lesson gives alone', () => {
  const moment = rememberMoments()
  const start = iso('2026-10-20T12:00:00Z')
  for (const days of [1, 5, 1])
    for (const kind of ['days', 'date', 'now'] as const) {
      const rule = { days: { kind, days, time: '06:00' }, date: { kind, at: '2026-10-25T02:30' }, now: { kind } }[
        kind
      ] as ReleaseRule
      const alone = release(locked, since(start), under(rule), start)
      expect(release(locked, since(start), under(rule), start, moment)).toEqual(alone)
    }
})
