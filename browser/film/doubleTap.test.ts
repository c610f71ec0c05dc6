import { expect, test } from 'vitest'
import { createDoubleTap } from './doubleTap.ts'

test('two quick taps on one side wind, slow ones, mixed ones and those in the middle do not', () => {
  const tap = createDoubleTap()
  expect(tap(0.9, 0)).toBe(0)
  expect(tap(0.8, 200)).toBe(1)
  expect(tap(0.8, 400)).toBe(1)
  expect(tap(0.1, 500)).toBe(0)
  expect(tap(0.1, 700)).toBe(-1)
  expect(tap(0.1, 1_200)).toBe(0)
  expect(tap(0.5, 2_000)).toBe(0)
  expect(tap(0.5, 2_100)).toBe(0)
})
