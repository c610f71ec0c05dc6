import { expect, test } from 'vitest'
import { aboutHours } from './aboutHours.ts'

test.each([
  [60, 'eine halbe Stunde'],
  [1_800, 'eine halbe Stunde'],
  [3_600, '1 Stunde'],
  [5_400, '1½ Stunden'],
  [19_800, '5½ Stunden'],
  [21_480, '6 Stunden'],
])('%i seconds are %s', (seconds, words) => expect(aboutHours(seconds)).toBe(words))
