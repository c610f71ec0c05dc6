import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clipRanges, fromMultirange, mergeRanges, type Range, toMultirange, watchedLength } from './ranges.ts'

const range = fc.tuple(fc.nat(1000), fc.nat(200)).map(([from, length]): Range => [from, from + length])
const ranges = fc.array(range, { maxLength: 12 })
const seen = (list: readonly (readonly [number, number])[]) => {
  const seconds = new Set<number>()
  for (const [from, to] of list) for (let at = from; at < to; at += 1) seconds.add(at)
  return seconds
}

test('the union holds exactly the milliseconds of its parts, in normal form', () => {
  fc.assert(
    fc.property(ranges, ranges, (a, b) => {
      const merged = mergeRanges(a, b)
      expect(seen(merged)).toEqual(new Set([...seen(a), ...seen(b)]))
      for (let index = 1; index < merged.length; index += 1)
        expect(merged[index]![0]).toBeGreaterThan(merged[index - 1]![1])
    }),
  )
})

test('the union is commutative, associative and idempotent', () => {
  fc.assert(
    fc.property(ranges, ranges, ranges, (a, b, c) => {
      expect(mergeRanges(a, b)).toEqual(mergeRanges(b, a))
      expect(mergeRanges(mergeRanges(a, b), c)).toEqual(mergeRanges(a, mergeRanges(b, c)))
      expect(mergeRanges(a, a)).toEqual(mergeRanges(a))
    }),
  )
})

test('watched time never shrinks', () => {
  fc.assert(
    fc.property(ranges, ranges, (a, b) => {
      expect(watchedLength(mergeRanges(a, b))).toBeGreaterThanOrEqual(Math.max(watchedLength(a), watchedLength(b)))
    }),
  )
})

test('the text form of PostgreSQL survives a round trip', () => {
  fc.assert(
    fc.property(ranges, (a) => {
      expect(fromMultirange(toMultirange(mergeRanges(a)))).toEqual(mergeRanges(a))
    }),
  )
  expect(toMultirange([])).toBe('{}')
})

test('clipping keeps only what lies in the film', () => {
  expect(
    clipRanges(
      [
        [-5, 10],
        [90, 200],
      ],
      100,
    ),
  ).toEqual([
    [0, 10],
    [90, 100],
  ])
})

test('merging does not change its input', () => {
  const input: Range[] = [
    [0, 10],
    [5, 20],
  ]
  mergeRanges(input)
  expect(input).toEqual([
    [0, 10],
    [5, 20],
  ])
})
