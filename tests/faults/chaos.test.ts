import { expect, inject, test } from 'vitest'
import { makePlan } from './chaos/plan.ts'
import { report } from './chaos/report.ts'
import { runChaos } from './chaos/run.ts'

/** The short run of `npm run chaos`. A fixed seed keeps `npm test` repeatable; CHAOS_SEED tries another. */

const seed = Number(process.env.CHAOS_SEED ?? 20_261_122)

test('a short day of faults and kills loses nothing and does nothing twice', { timeout: 400_000 }, async () => {
  const plan = makePlan(seed, { purchases: 25, kills: 8, seconds: 20, webs: 1, workers: 2 })
  const outcome = await runChaos(plan, inject('bundles'), () => {})
  // The report begins with the seed and ends, when something is wrong, with the command that repeats it.
  console.log(report(outcome))
  expect(outcome.violations).toEqual([])
  expect(outcome.tally.surprises).toEqual([])
  expect(outcome.tally.kills).toHaveLength(8)
})

test('the same seed gives the same plan, another seed another', () => {
  const size = { purchases: 50, kills: 20, seconds: 60, webs: 2, workers: 2 }
  expect(makePlan(seed, size)).toEqual(makePlan(seed, size))
  expect(makePlan(seed + 1, size)).not.toEqual(makePlan(seed, size))
})
