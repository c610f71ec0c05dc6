import { expect, test } from 'vitest'
import { askedSecond } from './askedSecond.ts'

test('a second of the film is taken, anything else asks for nothing', () => {
  expect(askedSecond('83', 200)).toBe(83)
  expect(askedSecond('0', 200)).toBe(0)
  expect(askedSecond('83.5', 200)).toBe(83.5)
  for (const odd of ['200', '-1', '1e2', 'NaN', '', ' 8', '83s', '1:23', '999999', ['1', '2'], undefined])
    expect(askedSecond(odd, 200)).toBeNull()
})
