import { expect } from '@playwright/test'

/**
 * `expect.poll`, looking again after a tenth of a second: its own pauses grow to a whole one, and most of what is
 * waited for here comes in between. Without `timeout` it has as long as every other expectation.
 */
export const soon = <Value>(look: () => Value | Promise<Value>, options: { timeout?: number } = {}) =>
  expect.poll(look, { intervals: [100], ...options })
