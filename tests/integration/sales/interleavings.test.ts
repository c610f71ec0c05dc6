import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { story, tell } from '../../kit/changingStripe.ts'
import { type Counter, openCounter } from '../../kit/counter.ts'

/** `INTERLEAVING_SEED=… vitest run` replays a run, fewer or more of them with `INTERLEAVING_RUNS`. */
const seed = Number(process.env.INTERLEAVING_SEED ?? Date.now() % 2 ** 31)
const numRuns = Number(process.env.INTERLEAVING_RUNS ?? 200)

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
  await mirrorPrice(counter.ctx)
})
afterAll(() => counter.close())

test(`fetches and writes of several workers over a changing Stripe end in its last truth (seed ${seed})`, async () => {
  console.log(`interleavings: seed ${seed}, ${numRuns} stories`)
  await fc.assert(
    fc.asyncProperty(story, async (one) => {
      expect(await tell(counter, one)).toEqual([])
    }),
    // A busy machine tells fewer stories rather than failing.
    { seed, numRuns, interruptAfterTimeLimit: 30_000 },
  )
})
