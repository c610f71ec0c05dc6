import { beforeAll, expect, test } from 'vitest'
import { buildTree } from '#start/buildTree.ts'
import { report, runSoak } from './run.ts'

/** A minute of `npm run soak`. A fixed seed keeps `npm test` repeatable; SOAK_SEED tries another. */

const soak = { seed: Number(process.env.SOAK_SEED ?? 20_261_130), minutes: Number(process.env.SOAK_MINUTES ?? 1) }

beforeAll(() => buildTree(() => {}))

test('a minute of mixed traffic: no restart, no 5xx, flat heap and descriptors, bounded logs', {
  timeout: 900_000,
}, async () => {
  const outcome = await runSoak(soak, () => {})
  console.log(report(outcome))
  expect(outcome.faults).toEqual([])
  // What is counted is what was asked: every kind of visitor came.
  for (const actor of ['buyer', 'stroller', 'admin', 'garbage', 'slow'])
    expect(outcome.books.table()).toContain(`  ${actor} `)
  expect(outcome.books.answers).toBeGreaterThan(100)
})
