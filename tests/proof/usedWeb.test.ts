import { afterAll, beforeAll, expect, test } from 'vitest'
import { liveHeap } from '../kit/heap.ts'
import { openUsedShop, type UsedShop, useShop, visitEverything } from '../kit/visits.ts'

/** What lives in a web does not grow with its use (docs/decisions/memoryLimits.md). */

/** By then V8 has compiled what is hot. */
const WARM_UP = 4_000
const REQUESTS = 5_000
/** Share of the heap that may come or go: the budget. Next's memory of unknown addresses is in it. */
const FLAT = 0.03

let shop: UsedShop

beforeAll(async () => {
  shop = await openUsedShop()
})
afterAll(() => shop?.world.close())

test('over 5,000 mixed requests the live heap stays within 3 %', { timeout: 1_200_000 }, async () => {
  await visitEverything(shop)
  await useShop(shop, WARM_UP)
  const before = await liveHeap(shop.world.part('web'))
  await useShop(shop, REQUESTS)
  const after = await liveHeap(shop.world.part('web'))
  console.log(`live heap: ${before.usedMb.toFixed(1)} MB, after ${REQUESTS} requests ${after.usedMb.toFixed(1)} MB`)
  expect(after.usedMb).toBeLessThanOrEqual(before.usedMb * (1 + FLAT))
  expect(after.usedMb).toBeLessThanOrEqual(Math.min(110, after.limitMb / 2))
})
