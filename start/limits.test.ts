import { expect, test } from 'vitest'
import { heapArguments, heapMb, memoryMb } from './limits.ts'

test('small machines get what the web needs, large ones not all they have', () => {
  expect([512, 1_024, 4_096, 24_576].map((memory) => heapMb('web', memory))).toEqual([256, 256, 512, 1_024])
  expect([512, 4_096, 24_576].map((memory) => heapMb('worker', memory))).toEqual([192, 256, 512])
  expect([512, 4_096, 24_576].map((memory) => heapMb('paper', memory))).toEqual([320, 320, 512])
})

test('the setting goes before the machine, and the machine before nothing', () => {
  expect(memoryMb(777)).toBe(777)
  expect(memoryMb(undefined)).toBeGreaterThan(100)
  expect(heapArguments('web', 1_024)).toContain('--max-old-space-size=256')
})
