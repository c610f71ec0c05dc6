import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseLevel, offeredLines } from './quality.ts'

test('automatic leaves it to the line, saving takes the smallest and loads little ahead', () => {
  expect(chooseLevel([240, 480, 1080], 'auto').level).toBe(-1)
  expect(chooseLevel([480, 240, 1080], 'saver').level).toBe(1)
  expect(chooseLevel([240, 480], 'saver').ahead).toBeLessThan(chooseLevel([240, 480], 'auto').ahead)
})

test('a wish the film cannot meet means the next smaller picture, never a larger one unless all are', () => {
  expect(chooseLevel([240, 360], 720).level).toBe(1)
  expect(chooseLevel([240, 480, 720], 480).level).toBe(1)
  expect(chooseLevel([480, 720], 240).level).toBe(0)
  expect(chooseLevel([], 720).level).toBe(-1)
})

test('whatever the film has, a wish names one of its levels and never more lines than asked if it can', () => {
  const lines = fc.array(fc.integer({ min: 100, max: 2160 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(lines, fc.integer({ min: 100, max: 4320 }), (film, wish) => {
      const { level } = chooseLevel(film, wish)
      expect(film[level]).toBeDefined()
      if (film.some((height) => height <= wish)) expect(film[level]).toBeLessThanOrEqual(wish)
    }),
  )
})

test('the list names each height once, the largest first', () => {
  expect(offeredLines([240, 720, 240, 0, 480])).toEqual([720, 480, 240])
})
