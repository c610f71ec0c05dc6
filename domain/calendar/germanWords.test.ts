import { expect, test } from 'vitest'
import {
  dayOfMonth,
  daySpan,
  dayWords,
  exactMoment,
  fullMoment,
  longDate,
  longMoment,
  shortDate,
  shortDateAndTime,
  shortMoment,
  timeOfDay,
  timeOrDate,
  timeToMillisecond,
  timeToSecond,
  weekdayAndTime,
  weekdayName,
  weekdayShort,
  weekdayWords,
} from './germanWords.ts'

test('an instant is read on a clock in Berlin, in winter and in summer', () => {
  const winter = new Date('2026-11-22T13:02:05.040Z')
  expect([timeOfDay, timeToSecond, timeToMillisecond].map((say) => say(winter))).toEqual([
    '14:02',
    '14:02:05',
    '14:02:05,040',
  ])
  expect([longDate, shortDate, shortDateAndTime, shortMoment].map((say) => say(winter))).toEqual([
    '22. November 2026',
    'So., 22.11.2026',
    'So., 22.11.2026, 14:02',
    '22.11.2026, 14:02:05',
  ])
  expect(timeOfDay('2026-07-01T22:30:00Z')).toBe('00:30')
  expect(longDate('2026-07-01T22:30:00Z')).toBe('2. Juli 2026')
})

test('moments for the law are told to the second, the doubled hour of October with its zone', () => {
  expect(longMoment('2026-11-22T13:02:05Z')).toBe('22. November 2026, 14:02:05 Uhr')
  expect(fullMoment('2026-11-22T13:02:05Z')).toBe('Sonntag, 22. November 2026, 14:02:05 Uhr')
  expect(exactMoment('2026-10-25T00:30:00Z')).toBe('25. Oktober 2026, 02:30:00 Uhr (MESZ)')
  expect(exactMoment('2026-10-25T01:30:00Z')).toBe('25. Oktober 2026, 02:30:00 Uhr (MEZ)')
})

test('what is today has no date, and only what is far has its year', () => {
  const now = new Date('2026-11-25T12:00:00Z')
  expect(timeOrDate('2026-11-24T23:00:00Z', now)).toBe('00:00')
  expect(timeOrDate('2026-11-24T22:59:00Z', now)).toBe('24. November 2026, 23:59')
  expect(weekdayAndTime('2026-11-30T05:00:00Z', now)).toBe('Montag, 30. November, um 6:00 Uhr')
  expect(weekdayAndTime('2026-07-06T04:00:00Z', now)).toBe('Montag, 6. Juli, um 6:00 Uhr')
  expect(weekdayAndTime('2027-03-28T04:00:00Z', now)).toBe('Sonntag, 28. März, um 6:00 Uhr')
  expect(weekdayAndTime('2027-11-29T05:00:00Z', now)).toBe('Montag, 29. November 2027, um 6:00 Uhr')
})

test('a calendar day is read without a zone', () => {
  expect([weekdayName, weekdayShort, dayOfMonth, dayWords].map((say) => say('2026-11-23'))).toEqual([
    'Montag',
    'Mo',
    '23. Nov.',
    '23. November 2026',
  ])
  expect(dayWords('kein Tag')).toBe('kein Tag')
  expect(weekdayWords('2026-12-04', '2026-11-26')).toBe('Freitag, 4. Dezember')
  expect(weekdayWords('2027-03-05', '2026-11-26')).toBe('Freitag, 5. März 2027')
  // Around the dash stand thin spaces when the months differ.
  expect(daySpan('2026-11-23', '2026-11-29')).toBe('23.–29. November 2026')
  expect(daySpan('2026-11-30', '2026-12-06').replace(/\s/g, ' ')).toBe('30. November – 6. Dezember 2026')
})
