import { expect, test } from 'vitest'
import { editDistance, suggestEmail } from './emailTypo.ts'

test.each([
  ['anna@gmial.com', 'anna@gmail.com'],
  ['anna@gmail.con', 'anna@gmail.com'],
  ['Anna.B@GMX.dd', 'Anna.B@gmx.de'],
  ['anna@t-onlin.de', 'anna@t-online.de'],
  ['anna@hotmial.con', 'anna@hotmail.com'],
])('suggests a known host for %s', (typed, meant) => expect(suggestEmail(typed)).toBe(meant))

test.each(['anna@gmail.com', 'anna@gmx.de', 'anna@firma-mueller.de', 'anna', '@gmial.com', 'anna@', 'anna@ab.c'])(
  'says nothing about %s',
  (typed) => expect(suggestEmail(typed)).toBeNull(),
)

test('a swap of neighbours is one edit', () => expect(editDistance('gmial', 'gmail')).toBe(1))
