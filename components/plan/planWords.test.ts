import { expect, test } from 'vitest'
import { lessonNames, onDay, speedName, weekdayNames, weekName } from './planWords.ts'

test('days are named as somebody would say them', () => {
  expect(onDay('2026-11-26', '2026-11-26')).toBe('heute')
  expect(onDay('2026-11-27', '2026-11-26')).toBe('morgen')
  expect(onDay('2026-11-30', '2026-11-26')).toBe('am Montag, 30. November')
})

test.each([
  ['2026-11-23', 'Diese Woche'],
  ['2026-11-30', 'Nächste Woche'],
  ['2026-12-07', 'Woche ab 7. Dezember'],
  ['2027-01-04', 'Woche ab 4. Januar 2027'],
])('the week of %s is „%s“', (monday, name) => expect(weekName(monday, '2026-11-26')).toBe(name))

test('lessons and weekdays are counted together', () => {
  expect(lessonNames([14])).toBe('Lektion 14')
  expect(lessonNames([14, 15])).toBe('Lektionen 14 und 15')
  expect(lessonNames([14, 15, 16])).toBe('Lektionen 14 bis 16')
  expect(lessonNames([14, 16, 17])).toBe('Lektionen 14, 16 und 17')
  expect(weekdayNames([1, 2, 3, 4, 5])).toBe('Mo–Fr')
  expect(weekdayNames([1, 3, 7])).toBe('Mo, Mi, So')
  expect(weekdayNames([6, 7])).toBe('Sa, So')
  expect(weekdayNames([1, 2, 3, 4, 5, 6, 7])).toBe('jeden Tag')
  expect(speedName(1.25)).toBe('1,25-fach')
})
