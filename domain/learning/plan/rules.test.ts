import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, type Day, daysBetween, weekdayOf } from '#domain/calendar/berlinDays.ts'
import { isAppError } from '#errors'
import {
  byWeek,
  carriedOverOn,
  checkDay,
  checkWish,
  firstDay,
  type PlanWish,
  planDays,
  type Remaining,
} from './rules.ts'

const wish = (more: Partial<PlanWish> = {}): PlanWish => ({
  weekdays: [1, 2, 3, 4, 5],
  minutes: 20,
  time: '07:30',
  startsOn: '2026-01-01',
  ...more,
})
const lesson = (id: string, minutes: number, notBefore: Day | null = null): Remaining => ({
  id,
  seconds: minutes * 60,
  notBefore,
})
const plain = (days: ReturnType<typeof planDays>) =>
  days.map(({ day, lessons }) => [day, ...lessons.map(({ id }) => id)])

// 2026-11-27 is a Friday.
test('a day holds what its minutes hold, and the weekend stays free', () => {
  const lessons = [lesson('a', 8), lesson('b', 8), lesson('c', 5), lesson('d', 20), lesson('e', 1)]
  expect(plain(planDays(lessons, wish(), '2026-11-27'))).toEqual([
    ['2026-11-27', 'a', 'b'],
    ['2026-11-30', 'c'],
    ['2026-12-01', 'd'],
    ['2026-12-02', 'e'],
  ])
})

test('a lesson longer than the day has the day to itself', () => {
  const lessons = [lesson('a', 5), lesson('b', 16), lesson('c', 5)]
  expect(plain(planDays(lessons, wish({ minutes: 10 }), '2026-11-25'))).toEqual([
    ['2026-11-25', 'a'],
    ['2026-11-26', 'b'],
    ['2026-11-27', 'c'],
  ])
})

test('a lesson that is not open is overtaken, and comes when it is', () => {
  const lessons = [lesson('a', 15), lesson('b', 15, '2026-12-01'), lesson('c', 15)]
  expect(plain(planDays(lessons, wish(), '2026-11-26'))).toEqual([
    ['2026-11-26', 'a'],
    ['2026-11-27', 'c'],
    ['2026-12-01', 'b'],
  ])
  expect(plain(planDays([lesson('z', 5, '2999-01-01')], wish(), '2026-11-26'))).toEqual([['2999-01-01', 'z']])
})

test('what was watched today counts: the day may be done, and tomorrow is as full as ever', () => {
  const lessons = [lesson('a', 8), lesson('b', 8), lesson('c', 8)]
  expect(plain(planDays(lessons, wish(), '2026-11-26', 10 * 60))[0]).toEqual(['2026-11-26', 'a'])
  expect(plain(planDays(lessons, wish(), '2026-11-26', 15 * 60))[0]).toEqual(['2026-11-27', 'a', 'b'])
})

test('a pause, a year change and the days of both clock changes are days like others', () => {
  const lessons = ['a', 'b', 'c'].map((id) => lesson(id, 20))
  expect(plain(planDays(lessons, wish({ startsOn: '2026-12-30' }), '2026-11-26'))).toEqual([
    ['2026-12-30', 'a'],
    ['2026-12-31', 'b'],
    ['2027-01-01', 'c'],
  ])
  const sundays = wish({ weekdays: [7] })
  expect(plain(planDays(lessons, sundays, '2026-10-20'))).toEqual([
    ['2026-10-25', 'a'],
    ['2026-11-01', 'b'],
    ['2026-11-08', 'c'],
  ])
  expect(plain(planDays(lessons, sundays, '2027-03-28'))[0]).toEqual(['2027-03-28', 'a'])
})

const anyDay = fc.nat(4_000).map((days) => addDays('2024-01-01', days))
const anyLesson = fc.record({
  id: fc.uuid(),
  seconds: fc.integer({ min: 60, max: 1_200 }),
  notBefore: fc.option(anyDay, { freq: 4 }),
})
const anyWish = fc.record({
  weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }).map((days) => days.sort()),
  minutes: fc.integer({ min: 10, max: 120 }),
  time: fc.constant('07:30'),
  startsOn: anyDay,
})
const anyCase = fc.tuple(
  fc.uniqueArray(anyLesson, { maxLength: 75, selector: ({ id }) => id }),
  anyWish,
  anyDay,
  fc.nat(7_200),
)

test('every remaining lesson comes once, on a wished weekday, never before today, the start, or its opening', () => {
  fc.assert(
    fc.property(anyCase, ([lessons, plan, today, watched]) => {
      const days = planDays(lessons, plan, today, watched)
      expect(days.flatMap((day) => day.lessons.map(({ id }) => id)).sort()).toEqual(lessons.map(({ id }) => id).sort())
      for (const { day, lessons: own } of days) {
        expect(plan.weekdays).toContain(weekdayOf(day))
        expect(day >= today && day >= plan.startsOn).toBe(true)
        expect(own.length).toBeGreaterThan(0)
        for (const { notBefore } of own) expect(notBefore === null || notBefore <= day).toBe(true)
      }
      for (let index = 1; index < days.length; index++) expect(days[index]!.day > days[index - 1]!.day).toBe(true)
    }),
  )
})

test('the order is kept: only a lesson that is not open is overtaken', () => {
  fc.assert(
    fc.property(anyCase, ([lessons, plan, today, watched]) => {
      const places = new Map<string, { at: number; day: Day }>()
      for (const { day, lessons: own } of planDays(lessons, plan, today, watched))
        for (const { id } of own) places.set(id, { at: places.size, day })
      for (const [index, first] of lessons.entries())
        for (const second of lessons.slice(index + 1)) {
          const [a, b] = [places.get(first.id)!, places.get(second.id)!]
          if (b.at < a.at) expect(first.notBefore !== null && first.notBefore > b.day).toBe(true)
        }
    }),
    { numRuns: 50 },
  )
})

test('no day is fuller than wished unless one lesson alone is, and none is left empty without need', () => {
  fc.assert(
    fc.property(anyCase, ([lessons, plan, today, watched]) => {
      for (const { day, lessons: own, seconds } of planDays(lessons, plan, today, watched)) {
        const limit = plan.minutes * 60 - (day === today ? watched : 0)
        expect(seconds <= limit || own.length === 1).toBe(true)
      }
      const open = lessons.map((one) => ({ ...one, notBefore: null }))
      const days = planDays(open, { ...plan, startsOn: today }, today)
      for (let index = 1; index < days.length; index++)
        expect(daysBetween(days[index - 1]!.day, days[index]!.day)).toBeLessThanOrEqual(7)
    }),
  )
})

test('a plan made anew after missed days is the same plan, later', () => {
  fc.assert(
    fc.property(fc.array(anyLesson, { maxLength: 30 }), anyWish, anyDay, (lessons, plan, today) => {
      const open = lessons.map((one) => ({ ...one, notBefore: null }))
      const now = { ...plan, startsOn: today }
      const shape = (from: Day) => planDays(open, now, from).map(({ lessons: own }) => own.map(({ id }) => id))
      expect(shape(addDays(today, 23))).toEqual(shape(today))
    }),
  )
})

const fieldsOf = (work: () => unknown): Record<string, string> => {
  try {
    work()
    return {}
  } catch (error) {
    if (isAppError(error) && error.code === 'invalid_input') return error.details.fields ?? {}
    throw error
  }
}
const good = { weekdays: [1, 3], minutes: 20, time: '07:30' }

test.each([
  ['zero minutes', { minutes: 0 }, 'minutes'],
  ['negative minutes', { minutes: -20 }, 'minutes'],
  ['no number', { minutes: Number.NaN }, 'minutes'],
  ['a thousand million minutes', { minutes: 1e9 }, 'minutes'],
  ['half a minute', { minutes: 20.5 }, 'minutes'],
  ['no weekday', { weekdays: [] }, 'weekdays'],
  ['a hundred weekdays', { weekdays: Array.from({ length: 100 }, (_, index) => index) }, 'weekdays'],
  ['an eighth day', { weekdays: [8] }, 'weekdays'],
  ['a day that is no number', { weekdays: [Number.NaN] }, 'weekdays'],
  ['25 o’clock', { time: '25:00' }, 'time'],
  ['7:3', { time: '7:3' }, 'time'],
  ['yesterday', { startsOn: '2026-11-25' }, 'startsOn'],
  ['the year 9999', { startsOn: '9999-01-01' }, 'startsOn'],
  ['30 February', { startsOn: '2027-02-30' }, 'startsOn'],
  ['no date', { startsOn: 'morgen' }, 'startsOn'],
])('%s is no wish', (_, change, field) => {
  const fields = fieldsOf(() => checkWish({ ...good, ...change }, '2026-11-26'))
  expect(Object.keys(fields)).toEqual([field])
  expect(fields[field]).toMatch(/\.$/)
})

test('a wish is kept in order, and begins today if nothing else is said', () => {
  expect(checkWish({ ...good, weekdays: [5, 1, 5] }, '2026-11-26')).toEqual({
    weekdays: [1, 5],
    minutes: 20,
    time: '07:30',
    startsOn: '2026-11-26',
  })
  expect(checkWish({ ...good, startsOn: '2027-11-27' }, '2026-11-26').startsOn).toBe('2027-11-27')
})

test('a pause ends after today', () => {
  const until = (day: string) => fieldsOf(() => checkDay(day, 'until', '2026-11-26', '2026-11-27'))
  expect(until('2026-11-26')).toEqual({ until: 'Nimm einen Tag ab morgen.' })
  expect(until('2028-01-01')).toEqual({ until: 'Höchstens ein Jahr voraus.' })
  expect(until('2026-11-27')).toEqual({})
})

test('a lesson that opens after the planned time is planned for the day after', () => {
  expect(firstDay('2026-11-30T06:00', '07:30')).toBe('2026-11-30')
  expect(firstDay('2026-11-30T07:31', '07:30')).toBe('2026-12-01')
})

test('weeks begin on Monday, across the year', () => {
  const days = planDays(
    ['a', 'b', 'c'].map((id) => lesson(id, 20)),
    wish({ weekdays: [4, 5, 1] }),
    '2026-12-31',
  )
  expect(byWeek(days).map(({ monday, days: own }) => [monday, own.length])).toEqual([
    ['2026-12-28', 2],
    ['2027-01-04', 1],
  ])
})

test.each<[string, number[], string, string | null]>([
  ['after a planned day', [1, 3], '2026-12-01', '2026-12-01'],
  ['two days after it', [1, 3], '2026-12-02', '2026-12-01'],
  ['a week after it', [1], '2026-12-07', '2026-12-01'],
  ['before the first planned day', [1], '2026-11-30', null],
])('what was left over was carried on at midnight: %s', (_, weekdays, today, on) => {
  expect(carriedOverOn({ weekdays, startsOn: '2026-11-30' }, today)).toBe(on)
})
