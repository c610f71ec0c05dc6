import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createWatched, joinPieces, type Piece } from './watched.ts'

test('ticks of a running film join to one piece', () => {
  const watched = createWatched()
  for (let step = 0; step <= 40; step += 1) watched.tick(step * 0.25, step * 250, 1)
  expect(watched.take()).toEqual([[0, 10]])
  expect(watched.take()).toEqual([])
})

test('a jump forward is not watched, not even without a seek event', () => {
  const watched = createWatched()
  watched.tick(0, 0, 1)
  watched.tick(1, 1000, 1)
  watched.tick(200, 1250, 1)
  watched.tick(201, 2250, 1)
  expect(watched.take()).toEqual([
    [0, 1],
    [200, 201],
  ])
})

test('double speed counts every second of film once', () => {
  const watched = createWatched()
  for (let step = 0; step <= 10; step += 1) watched.tick(step * 2, step * 1000, 2)
  expect(watched.take()).toEqual([[0, 20]])
})

test('a pause, a step back and a cut begin a new piece', () => {
  const watched = createWatched()
  watched.tick(10, 0, 1)
  watched.tick(12, 2000, 1)
  watched.cut()
  watched.tick(30, 2100, 1)
  watched.tick(31, 3100, 1)
  watched.tick(5, 3200, 1)
  watched.tick(6, 4200, 1)
  expect(watched.take()).toEqual([
    [5, 6],
    [10, 12],
    [30, 31],
  ])
})

test('after a take the film goes on without a gap', () => {
  const watched = createWatched()
  watched.tick(0, 0, 1)
  watched.tick(1, 1000, 1)
  watched.take()
  watched.tick(2, 2000, 1)
  expect(watched.take()).toEqual([[1, 2]])
})

test('joining is a union', () => {
  const piece = fc
    .tuple(fc.nat(100), fc.integer({ min: 1, max: 30 }))
    .map(([from, length]): Piece => [from, from + length])
  const list = fc.array(piece)
  const seen = (pieces: readonly Piece[]) =>
    new Set(pieces.flatMap(([a, b]) => Array.from({ length: b - a }, (_, i) => a + i)))
  fc.assert(
    fc.property(list, list, (a, b) => {
      expect(seen(joinPieces(a, b))).toEqual(seen([...a, ...b]))
      expect(joinPieces(a, b)).toEqual(joinPieces(b, a))
    }),
  )
})
