import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, berlinDay, isDay, mondayOf, weekdayOf } from './berlinDays.ts'

test('a day begins at midnight in Berlin, in winter and in summer', () => {
  expect(berlinDay(new Date('2026-11-22T22:59:59Z'))).toBe('2026-11-22')
  expect(berlinDay(new Date('2026-11-22T23:00:00Z'))).toBe('2026-11-23')
  expect(berlinDay(new Date('2026-07-01T22:00:00Z'))).toBe('2026-07-02')
})

test('weeks begin on Monday, over the year and the clock changes', () => {
  expect(mondayOf('2026-11-25')).toBe('2026-11-23')
  expect(mondayOf('2026-11-23')).toBe('2026-11-23')
  expect(mondayOf('2027-01-03')).toBe('2026-12-28')
  expect(addDays('2026-03-28', 2)).toBe('2026-03-30')
  expect(addDays('2026-10-24', 2)).toBe('2026-10-26')
})

test('seven steps are one week, and every week has its seven weekdays', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60_000 }), (step) => {
      const day = addDays('1970-01-01', step)
      expect(isDay(day)).toBe(true)
      expect(addDays(day, 7 - 7)).toBe(day)
      expect(weekdayOf(addDays(day, 7))).toBe(weekdayOf(day))
      expect(weekdayOf(mondayOf(day))).toBe(1)
      expect(addDays(mondayOf(day), weekdayOf(day) - 1)).toBe(day)
    }),
  )
})

test.each(['2026-02-30', '2026-13-01', '26-1-1', '', 'heute', '2026-11-23T00:00'])('%s is no day', (text) => {
  expect(isDay(text)).toBe(false)
})
