import { expect, test } from 'vitest'
import { RATES } from '#domain/learning/settings/rules.ts'
import { inFilm, nextCommonRate, speed, stepRate } from './filmActions.ts'

test('one step faster or slower, to the ends and not beyond, also from a speed between the steps', () => {
  expect(stepRate(1, 1)).toBe(1.25)
  expect(stepRate(1, -1)).toBe(0.75)
  expect(stepRate(2.5, 1)).toBe(2.5)
  expect(stepRate(0.5, -1)).toBe(0.5)
  expect(stepRate(1.1, 1)).toBe(1.25)
  expect(stepRate(1.1, -1)).toBe(1)
})

test('the button goes round and always names a step we offer', () => {
  let rate = 1
  const seen = Array.from({ length: 5 }, () => {
    rate = nextCommonRate(rate)
    return rate
  })
  expect(seen).toEqual([1.25, 1.5, 2, 0.75, 1])
  expect(nextCommonRate(2.25)).toBe(1)
  for (const one of seen) expect(RATES).toContain(one)
})

test('a place behind the end of a film that became shorter leads shortly before it', () => {
  expect([10, 99, 100, 250].map((second) => inFilm({ duration: 100 }, second))).toEqual([10, 99, 95, 95])
  expect(inFilm({ duration: Number.NaN }, 250)).toBe(250)
  expect(inFilm({ duration: 3 }, 9)).toBe(0)
})

test('speeds are said in German', () => expect(speed(1.25)).toBe('1,25-fach'))
