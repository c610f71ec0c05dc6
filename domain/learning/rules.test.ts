import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAppError } from '#errors'
import {
  checkReport,
  correctedTime,
  doneThresholdMs,
  isDone,
  joinProgress,
  type LessonProgress,
  nextLesson,
  OLDEST_REPORT_MS,
  progressState,
  reportedRanges,
  resumeSecond,
  watchedPercent,
} from './rules.ts'

const refuses = (ranges: [number, number][], position = 0) => {
  try {
    checkReport({ ranges, position }, 300)
    return false
  } catch (error) {
    return isAppError(error) && error.code === 'invalid_input'
  }
}

test('refuses what no honest player sends', () => {
  expect(refuses([[0, 10]], 10)).toBe(false)
  expect(refuses([[299, 302]], 301)).toBe(false)
  expect(refuses([[-1, 10]])).toBe(true)
  expect(refuses([[10, 5]])).toBe(true)
  expect(refuses([[Number.NaN, 5]])).toBe(true)
  expect(refuses([[0, Number.POSITIVE_INFINITY]])).toBe(true)
  expect(refuses([[0, 306]])).toBe(true)
  expect(refuses([], -1)).toBe(true)
  expect(refuses([], 400)).toBe(true)
  expect(refuses(Array.from({ length: 201 }, (_, index): [number, number] => [index, index + 0.5]))).toBe(true)
})

test('reported seconds become milliseconds within the film', () => {
  expect(
    reportedRanges(
      [
        [0, 10.0004],
        [10, 20],
      ],
      300,
    ),
  ).toEqual([[0, 20_000]])
})

test('time is corrected by the age of the report and is never in the future', () => {
  const now = new Date('2026-11-22T12:00:00Z')
  const wrongClock = new Date('2031-01-01T00:00:10Z')
  expect(correctedTime(now, wrongClock, new Date('2031-01-01T00:00:00Z'))).toEqual(new Date('2026-11-22T11:59:50Z'))
  expect(correctedTime(now, wrongClock, new Date('2031-01-01T00:05:00Z'))).toEqual(now)
})

test('weeks offline count; an age no waiting explains says nothing of the time, and what came counts as now', () => {
  const now = new Date('2026-11-22T12:00:00Z')
  const ago = (ms: number) => new Date(now.getTime() - ms)
  expect(correctedTime(now, now, ago(OLDEST_REPORT_MS))).toEqual(ago(OLDEST_REPORT_MS))
  for (const at of [ago(OLDEST_REPORT_MS + 1), new Date('1999-01-01'), new Date(0), new Date(Number.NaN)])
    expect(correctedTime(now, now, at)).toEqual(now)
  expect(correctedTime(now, new Date(8.64e15), new Date(0))).toEqual(now)
})

const instant = fc.integer({ min: 1, max: 50 }).map((second) => new Date(second * 1000))
const state: fc.Arbitrary<LessonProgress> = fc.record({
  lessonId: fc.constant('l'),
  ranges: fc.array(fc.tuple(fc.nat(100), fc.nat(20))).map((list) => list.map(([a, b]): [number, number] => [a, a + b])),
  positionMs: fc.nat(100),
  positionAt: instant,
  doneMark: fc.boolean(),
  doneMarkAt: instant,
  completedAt: fc.option(instant),
})

test('states join the same in every order, grouping and repetition', () => {
  fc.assert(
    fc.property(state, state, state, (a, b, c) => {
      expect(joinProgress(a, b)).toEqual(joinProgress(b, a))
      expect(joinProgress(joinProgress(a, b), c)).toEqual(joinProgress(a, joinProgress(b, c)))
      expect(joinProgress(joinProgress(a, b), b)).toEqual(joinProgress(a, b))
    }),
  )
})

test('done at 90 per cent, and the tick by hand beats it both ways', () => {
  expect(doneThresholdMs(100)).toBe(90_000)
  const completedAt = new Date()
  expect(isDone({ doneMark: null, completedAt })).toBe(true)
  expect(isDone({ doneMark: false, completedAt })).toBe(false)
  expect(isDone({ doneMark: true, completedAt: null })).toBe(true)
  expect(isDone({ doneMark: null, completedAt: null })).toBe(false)
})

test('per cent is 100 only when all was seen', () => {
  expect(watchedPercent([[0, 299_999]], 300)).toBe(99)
  expect(watchedPercent([[0, 302_000]], 300)).toBe(100)
  expect(watchedPercent([[0, 1]], 0)).toBe(0)
})

test('a film at its end begins anew', () => {
  expect(resumeSecond({ positionMs: 42_000 }, 300)).toBe(42)
  expect(resumeSecond({ positionMs: 296_000 }, 300)).toBe(0)
  expect(resumeSecond(null, 300)).toBe(0)
})

test('what leaves the house is in seconds', () => {
  const positionAt = new Date('2026-11-22T12:00:00Z')
  const ranges: [number, number][] = [[0, 41_500]]
  expect(
    progressState(
      { lessonId: 'l', ranges, positionMs: 42_000, positionAt, doneMark: null, doneMarkAt: null, completedAt: null },
      83,
    ),
  ).toMatchObject({ ranges: [[0, 41.5]], watchedSeconds: 41.5, percent: 50, position: 42, done: false })
})

const row = (
  number: number,
  more: Partial<{ open: boolean; done: boolean; started: boolean; lastAt: Date | null }> = {},
) => ({
  lesson: { id: `l${number}`, number },
  open: true,
  done: false,
  started: false,
  lastAt: null,
  ...more,
})
const second = (value: number) => new Date(value * 1000)

test('„Weiter“ goes on where one stopped', () => {
  expect(nextLesson([row(1), row(2)])?.lesson.number).toBe(1)
  const middle = [row(1, { done: true, lastAt: second(9) }), row(2, { started: true, lastAt: second(10) }), row(3)]
  expect(nextLesson(middle)?.lesson.number).toBe(2)
  const finished = [row(1), row(2, { done: true, started: true, lastAt: second(10) }), row(3, { open: false }), row(4)]
  expect(nextLesson(finished)?.lesson.number).toBe(4)
  const lastOne = [row(1), row(2, { done: true, lastAt: second(10) })]
  expect(nextLesson(lastOne)?.lesson.number).toBe(1)
  expect(nextLesson([row(1, { done: true, lastAt: second(1) })])).toBeNull()
})
