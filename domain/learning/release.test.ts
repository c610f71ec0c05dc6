import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReleasePlan, ReleaseRule } from '#ports'
import { berlinDaysLater, berlinInstant } from './berlinTime.ts'
import { release, ruleFor } from './release.ts'

const locked = { free: false }
const at = (rule: ReleaseRule, shiftDays = 0) => ({ rule, shiftDays })
const iso = (text: string) => new Date(text)

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
  for (const text of ['', '2026-13-01T00:00', '2026-01-01', '2026-01-01T24:00', 'morgen'])
    expect(berlinInstant(text)).toBeNull()
  expect(berlinDaysLater(iso('2026-01-01T00:00:00Z'), 1, '25:00')).toBeNull()
})

test('a lesson opens exactly at its moment and stays open', () => {
  fc.assert(
    fc.property(
      fc.date({ min: iso('2024-01-01T00:00:00Z'), max: iso('2030-01-01T00:00:00Z'), noInvalidDate: true }),
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 500 * 24 * 60 }),
      (start, days, hour, minutesLater) => {
        const rule = at({ kind: 'days', days, time: `${String(hour).padStart(2, '0')}:00` })
        const { opensAt } = release(locked, start, rule, start)
        expect(release(locked, start, rule, new Date(opensAt!.getTime() - 1)).open).toBe(false)
        expect(release(locked, start, rule, opensAt!).open).toBe(true)
        expect(release(locked, start, rule, new Date(opensAt!.getTime() + minutesLater * 60_000)).open).toBe(true)
        const shown = new Intl.DateTimeFormat('de-DE', { timeZone: 'Europe/Berlin', hour: 'numeric' }).format(opensAt!)
        if (hour !== 2) expect(Number.parseInt(shown, 10)).toBe(hour)
      },
    ),
  )
})

test('later days never open earlier', () => {
  fc.assert(
    fc.property(
      fc.date({ min: iso('2024-01-01T00:00:00Z'), max: iso('2030-01-01T00:00:00Z'), noInvalidDate: true }),
      fc.nat(300),
      fc.nat(30),
      (start, days, shift) => {
        const opens = (shiftDays: number) =>
          release(locked, start, at({ kind: 'days', days, time: '06:00' }, shiftDays), start).opensAt!.getTime()
        expect(opens(shift)).toBeGreaterThanOrEqual(opens(0))
      },
    ),
  )
})

test('free lessons, `now` and unreadable rules are open; `days` without a grant is not', () => {
  const now = iso('2026-01-01T00:00:00Z')
  expect(release({ free: true }, null, at({ kind: 'date', at: '2999-01-01T00:00' }), now).open).toBe(true)
  expect(release(locked, null, at({ kind: 'now' }), now).open).toBe(true)
  expect(release(locked, null, at({ kind: 'date', at: 'bald' }), now).open).toBe(true)
  expect(release(locked, null, at({ kind: 'days', days: 0, time: '06:00' }), now)).toEqual({
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
  const rows = { lessons: {}, modules: { m1: { kind: 'now' } as const }, personShiftDays: 2 }
  expect(ruleFor(lesson, plan, rows)).toEqual({ rule: { kind: 'now' }, shiftDays: 2 })
  const both = { ...rows, lessons: { l1: { kind: 'date', at: 'row-lesson' } as const } }
  expect(ruleFor(lesson, plan, both).rule).toEqual({ kind: 'date', at: 'row-lesson' })
})
