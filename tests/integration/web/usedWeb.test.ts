import { afterAll, beforeAll, expect, test } from 'vitest'
import { inspect, liveHeap } from '../../kit/heap.ts'
import { openUsedShop, type UsedShop, visitEverything } from '../../kit/visits.ts'

/** A web that was used, under the limit of the smallest machine. `tests/proof/usedWeb.test.ts` goes on for longer. */

/** MB that may live once everything was visited. */
const LIVE_MOST_MB = 110

let shop: UsedShop

beforeAll(async () => {
  shop = await openUsedShop()
})
afterAll(() => shop?.world.close())

test('everything was visited once, and at most 110 MB and half of the limit live', async () => {
  await visitEverything(shop)
  const { usedMb, limitMb } = await liveHeap(shop.world.part('web'))
  console.log(`live heap of a used web: ${usedMb.toFixed(1)} MB of ${limitMb} MB`)
  expect(limitMb).toBe(256)
  expect(usedMb).toBeLessThanOrEqual(Math.min(LIVE_MOST_MB, limitMb / 2))
})

test('nothing that strips types lives in it', async () => {
  const inspector = await inspect(shop.world.part('web'))
  try {
    const loaded = await inspector.evaluate<string[]>('process.moduleLoadList.filter((name) => name.includes("amaro"))')
    expect(loaded).toEqual([])
  } finally {
    inspector.close()
  }
})
