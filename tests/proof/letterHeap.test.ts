import { afterAll, beforeAll, expect, test } from 'vitest'
import { liveHeap } from '../kit/heap.ts'
import { type LetterPress, openLetterPress } from '../kit/letters.ts'
import { openWorld, type World } from '../kit/world.ts'

let world: World
let press: LetterPress
beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'worker'], env: { NODE_OPTIONS: '--max-old-space-size=192' } })
  press = await openLetterPress(world)
})
afterAll(() => world?.close())

/** By then V8 has compiled what a letter needs, and fonts and templates are kept. */
const WARM_UP = 250

test('five hundred letters with PDFs leave the worker’s heap as it was, under half of its limit', async () => {
  await press.send(WARM_UP)
  const young = await liveHeap(world.part('worker'))
  await press.send(500)
  const used = await liveHeap(world.part('worker'))
  console.log(
    `live heap of the worker: ${young.usedMb.toFixed(1)} MB after ${WARM_UP} letters, ${used.usedMb.toFixed(1)} after 500 more`,
  )
  expect(used.usedMb).toBeLessThan(used.limitMb / 2)
  expect(used.usedMb).toBeLessThan(young.usedMb * 1.03 + 0.5)
}, 1_200_000)
