import type pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppError } from '#errors'
import { createLog } from '#libs/log.ts'
import type { FlowStep } from '#ports'
import { createFlow } from './flow.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

let away = false
let written: string[] = []
const asked = vi.fn()
const pool = {
  query: async ({ values }: { values: [string] }) => {
    asked()
    if (away) throw new AppError('database_unavailable')
    if (values[0].includes('poison')) throw new Error('invalid input')
    written.push(...(JSON.parse(values[0]) as FlowStep[]).map(({ name }) => name))
  },
} as unknown as pg.Pool

const step = (name: string): Omit<FlowStep, 'id'> => ({
  traceId: 'a'.repeat(32),
  spanId: name,
  parentSpanId: null,
  at: new Date(),
  durationMs: 1,
  from: 'database',
  to: 'worker',
  name,
  outcome: 'ok',
  detail: {},
})

test('steps that a busy database did not take are written later, in their order, and asked for once a second at most', async () => {
  written = []
  const flow = createFlow(pool, createLog('test', 'silent'))
  away = true
  flow.write(step('one'))
  await vi.advanceTimersByTimeAsync(50)
  asked.mockClear()
  for (let at = 0; at < 30; at++) {
    flow.write(step(`more ${at}`), true)
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(asked.mock.calls.length).toBeLessThanOrEqual(3)
  away = false
  await vi.advanceTimersByTimeAsync(1_100)
  expect(written).toEqual(['one', ...Array.from({ length: 30 }, (_, at) => `more ${at}`)])
})

test('steps that no database takes keep no others out', async () => {
  written = []
  away = false
  const flow = createFlow(pool, createLog('test', 'silent'))
  flow.write(step('poison'))
  await vi.advanceTimersByTimeAsync(100)
  flow.write(step('next'))
  await vi.advanceTimersByTimeAsync(100)
  expect(written).toEqual(['next'])
})

test('what waits is bounded, and the newest are left out', async () => {
  written = []
  away = true
  const flow = createFlow(pool, createLog('test', 'silent'))
  // Two hundred a second stay within the budget, so that every one is chosen.
  for (let at = 0; at < 6_000; at++) {
    flow.write(step(String(at)))
    if (at % 200 === 199) await vi.advanceTimersByTimeAsync(1_000)
  }
  away = false
  await flow.flush()
  expect(written).toHaveLength(5_000)
  expect(written.at(-1)).toBe('4999')
})
