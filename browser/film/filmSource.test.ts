import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRetry, mayPass } from './filmSource.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('window', new EventTarget())
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('nobody there, too many, and errors of the server pass; a missing or refused film does not', () => {
  expect([0, 408, 429, 500, 503].map(mayPass)).toEqual([true, true, true, true, true])
  expect([400, 403, 404, 410].map(mayPass)).toEqual([false, false, false, false])
})

test('tries after 1, 2, 4 and then every 8 seconds, for as long as it takes', () => {
  let tries = 0
  const retry = createRetry(() => {
    tries += 1
  })
  for (const [index, wait] of [1, 2, 4, 8, 8, 8].entries()) {
    retry.later()
    retry.later()
    vi.advanceTimersByTime(wait * 1_000 - 1)
    expect(tries).toBe(index)
    vi.advanceTimersByTime(1)
    expect(tries).toBe(index + 1)
  }
  retry.worked()
  retry.later()
  vi.advanceTimersByTime(1_000)
  expect(tries).toBe(7)
})

test('a net that the browser hears of is tried at once, and only if somebody waits', () => {
  let tries = 0
  const retry = createRetry(() => {
    tries += 1
  })
  window.dispatchEvent(new Event('online'))
  expect(tries).toBe(0)
  retry.later()
  window.dispatchEvent(new Event('online'))
  vi.advanceTimersByTime(60_000)
  expect(tries).toBe(1)
  retry.later()
  retry.stop()
  window.dispatchEvent(new Event('online'))
  vi.advanceTimersByTime(60_000)
  expect(tries).toBe(1)
})
