import { expect, test } from 'vitest'
import type { LessonProgress } from '../rules.ts'
import { doneAt, weekOf } from './rules.ts'

const lessons = [1, 2, 3].map((number) => ({
  id: `l${number}`,
  slug: `l${number}`,
  number,
  title: `Lektion ${number}`,
}))

const state = (lessonId: string, change: Partial<LessonProgress> = {}): LessonProgress => ({
  lessonId,
  ranges: [[0, 60_000]],
  positionMs: 60_000,
  positionAt: new Date('2026-11-24T18:00:00Z'),
  doneMark: null,
  doneMarkAt: null,
  completedAt: null,
  ...change,
})

test('a week tells film by day, lessons on the day they were done, and what is under way', () => {
  const week = weekOf('2026-11-23', {
    lessons,
    progress: [
      state('l2'),
      // Sunday shortly before midnight in Berlin, and Monday of the next week shortly after.
      state('l1', { completedAt: new Date('2026-11-29T22:59:00Z') }),
      state('l3', { doneMark: true, doneMarkAt: new Date('2026-11-29T23:01:00Z') }),
    ],
    watchedMs: new Map([
      ['2026-11-24', 61_400],
      ['2026-11-30', 99_000],
    ]),
  })
  expect(week.days.map((day) => day.day)).toEqual([23, 24, 25, 26, 27, 28, 29].map((day) => `2026-11-${day}`))
  expect(week.days.map((day) => day.watchedSeconds)).toEqual([0, 61, 0, 0, 0, 0, 0])
  expect(week.days[6]?.done.map((lesson) => lesson.id)).toEqual(['l1'])
  expect(week).toMatchObject({ watchedSeconds: 61, lessonsDone: 1, sunday: '2026-11-29' })
  expect(week.underWay.map((lesson) => lesson.id)).toEqual(['l2'])
})

test('done counts from the first of count and tick, and not at all when it was taken back', () => {
  const counted = new Date('2026-11-20T10:00:00Z')
  const ticked = new Date('2026-11-21T10:00:00Z')
  expect(doneAt(state('l1', { completedAt: counted, doneMark: true, doneMarkAt: ticked }))).toEqual(counted)
  expect(doneAt(state('l1', { doneMark: true, doneMarkAt: ticked }))).toEqual(ticked)
  expect(doneAt(state('l1', { completedAt: counted, doneMark: false, doneMarkAt: ticked }))).toBeNull()
  expect(doneAt(state('l1'))).toBeNull()
})
