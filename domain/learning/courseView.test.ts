import fc from 'fast-check'
import { expect, test } from 'vitest'
import { totalsOf } from './courseView.ts'

interface Row {
  state: 'done' | 'started' | 'open' | 'new'
  addedLater: boolean
  durationSeconds: number
  watchedSeconds: number
}

const totals = (rows: Row[]) =>
  totalsOf(rows.map((row) => ({ ...row, counts: row.state === 'done' || !row.addedLater })))

const fresh = fc.record({
  durationSeconds: fc.integer({ min: 180, max: 480 }),
  addedLater: fc.boolean(),
  state: fc.constantFrom('open' as const, 'new' as const),
  watchedSeconds: fc.constant(0),
})
const step = fc.oneof(
  fc.record({ kind: fc.constant('watch' as const), at: fc.nat(), seconds: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ kind: fc.constant('tick' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('add' as const), lesson: fresh.map((row) => ({ ...row, addedLater: true })) }),
)

function after(rows: Row[], change: typeof step extends fc.Arbitrary<infer Step> ? Step : never): Row[] {
  if (change.kind === 'add') return [...rows, change.lesson]
  return rows.map((row, index) => {
    if (index !== change.at % rows.length) return row
    if (change.kind === 'tick') return { ...row, state: 'done' }
    const watchedSeconds = Math.min(row.durationSeconds, row.watchedSeconds + change.seconds)
    const done = row.state === 'done' || watchedSeconds >= row.durationSeconds * 0.9
    return { ...row, watchedSeconds, state: done ? 'done' : 'started' }
  })
}

test('the bar never falls, whatever is watched, ticked or added', () => {
  const start = fc.array(
    fresh.map((row): Row => ({ ...row, addedLater: false })),
    { minLength: 1, maxLength: 8 },
  )
  fc.assert(
    fc.property(start, fc.array(step, { maxLength: 40 }), (rows, steps) => {
      let now = rows
      for (const change of steps) {
        const next = after(now, change)
        expect(totals(next).percent).toBeGreaterThanOrEqual(totals(now).percent)
        expect(totals(next).done).toBeGreaterThanOrEqual(totals(now).done)
        now = next
      }
    }),
  )
})

test('100 per cent means that every lesson that counts is done or was seen to its end', () => {
  const done: Row = { state: 'done', addedLater: false, durationSeconds: 300, watchedSeconds: 271 }
  const later: Row = { state: 'started', addedLater: true, durationSeconds: 300, watchedSeconds: 100 }
  expect(totals([done, later])).toMatchObject({ percent: 100, lessons: 1, done: 1, remainingSeconds: 200 })
  expect(totals([done, { ...later, state: 'done' }])).toMatchObject({ percent: 100, lessons: 2, done: 2 })
  expect(totals([done, { ...done, state: 'started', watchedSeconds: 299 }]).percent).toBe(99)
})
