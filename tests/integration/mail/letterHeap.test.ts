import { afterAll, beforeAll, expect, test } from 'vitest'
import { liveHeap } from '../../kit/heap.ts'
import { type LetterPress, openLetterPress } from '../../kit/letters.ts'
import { scriptsOf } from '../../kit/modules.ts'
import { openWorld, type World } from '../../kit/world.ts'

/** Forty letters with their PDFs; `tests/proof/letterHeap.test.ts` sends five hundred. */

let world: World
let press: LetterPress
beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'worker'], env: { NODE_OPTIONS: '--max-old-space-size=160' } })
  press = await openLetterPress(world)
})
afterAll(() => world?.close())

test('the worker’s main thread draws nothing: its heap stays flat, and no font is in it', async () => {
  await press.send(10)
  const young = await liveHeap(world.part('worker'))
  await press.send(30)
  const used = await liveHeap(world.part('worker'))
  expect(used.usedMb).toBeLessThan(used.limitMb / 2)
  // The first letters load and compile what all others use.
  expect(used.usedMb).toBeLessThan(young.usedMb + 6)
  const scripts = await scriptsOf(world.part('worker'))
  expect(scripts.some((url) => url.endsWith('worker.mjs'))).toBe(true)
  expect(scripts.filter((url) => /pdfkit|fontkit|linebreak|paper\.mjs/.test(url))).toEqual([])
})
