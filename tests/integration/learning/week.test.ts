import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Viewer } from '#domain/access/rules.ts'
import { berlinDay } from '#domain/calendar/berlinDays.ts'
import { recordProgress, type SentReport } from '#domain/learning/recordProgress.ts'
import { writeProgress } from '#domain/learning/store.ts'
import { weekView } from '#domain/learning/week/weekView.ts'
import type { Lesson } from '#ports'
import { copyDatabase, type TestDatabase } from '../../kit/database.ts'
import { codeOf, type LearningWorld, openLearning } from '../../kit/learning.ts'
import { until } from '../../kit/until.ts'

let database: TestDatabase
let world: LearningWorld
let lesson: Lesson

beforeAll(async () => {
  database = await copyDatabase(inject('postgresUrl'))
  world = await openLearning(database.url)
  lesson = world.ctx.content.course().lessons.find((one) => !one.free)!
})
afterAll(async () => {
  await world?.close()
  await database?.drop()
})

const DAY_MS = 86_400_000
const record = (viewer: Viewer, ranges: [number, number][], change: Partial<SentReport> = {}, ctx = world.ctx) => {
  const now = new Date()
  const report = { lessonId: lesson.id, ranges, position: ranges[0]?.[1], at: now, sentAt: now, clientId: 'test' }
  return recordProgress(ctx, { viewer, reports: [{ ...report, ...change }] })
}
const thisWeek = (viewer: Viewer) => weekView(world.ctx, { viewer })

test('film counts once, however often it is reported or seen', async () => {
  const viewer = await world.learner()
  await record(viewer, [[0, 60]])
  await record(viewer, [[0, 60]])
  await record(viewer, [[30, 90]])
  const week = await thisWeek(viewer)
  expect(week.watchedSeconds).toBe(90)
  expect(week.underWay.map((one) => one.id)).toEqual([lesson.id])
  expect(week).toMatchObject({ lessonsDone: 0, next: null, isThisWeek: true })
})

test('a done lesson stands on its day', async () => {
  const viewer = await world.learner()
  await record(viewer, [[0, lesson.durationSeconds]])
  const week = await thisWeek(viewer)
  expect(week.days.flatMap((day) => day.done.map((one) => one.id))).toEqual([lesson.id])
  expect(week.underWay).toEqual([])
})

test('what was watched offline belongs to its own day, not to the day it arrived', async () => {
  const viewer = await world.learner()
  const at = new Date(Date.now() - 7 * DAY_MS)
  await record(viewer, [[0, 40]], { at, sentAt: new Date() })
  expect((await thisWeek(viewer)).watchedSeconds).toBe(0)
  const before = await weekView(world.ctx, { viewer, day: berlinDay(at) })
  expect(before.watchedSeconds).toBe(40)
  expect(before.isThisWeek).toBe(false)
})

test.each<[string, Partial<SentReport>]>([
  ['it tells no position', { position: undefined }],
  ['its clock stood in 1999 when it happened', { at: new Date('1999-01-01') }],
  ['it comes from next year', { at: new Date(Date.now() + 400 * DAY_MS) }],
  ['it was sent in another century', { sentAt: new Date('2199-01-01') }],
])('film and the lesson it completes are booked on the day a report came when %s', async (_, change) => {
  const viewer = await world.learner()
  await record(viewer, [[0, lesson.durationSeconds]], change)
  const week = await thisWeek(viewer)
  expect(week).toMatchObject({ watchedSeconds: lesson.durationSeconds, lessonsDone: 1 })
  const days = await database.query('select 1 from learning_day where person_id = $1', [viewer.personId])
  expect(days).toHaveLength(1)
})

test('film without a position belongs to its own day, too', async () => {
  const viewer = await world.learner()
  const at = new Date(Date.now() - 14 * DAY_MS)
  await record(viewer, [[0, 40]], { at, sentAt: new Date(), position: undefined })
  expect((await weekView(world.ctx, { viewer, day: berlinDay(at) })).watchedSeconds).toBe(40)
})

test('many writers at once count no second twice', async () => {
  const viewer = await world.learner()
  await record(viewer, [[0, 1]])
  // Statements of their own, as two processes would send them: the group commit must not order them.
  const write = (from: number) =>
    writeProgress(world.ctx.db, [
      {
        personId: viewer.personId,
        thresholdMs: 1e9,
        state: {
          lessonId: lesson.id,
          ranges: [[from * 1000, (from + 20) * 1000]],
          positionMs: 0,
          positionAt: new Date(),
          doneMark: null,
          doneMarkAt: null,
          completedAt: null,
        },
      },
    ])
  await Promise.all(Array.from({ length: 30 }, (_, index) => write((index % 6) * 10)))
  expect((await thisWeek(viewer)).watchedSeconds).toBe(70)
})

test('two processes that book the first report of a lesson at once count no second twice', async () => {
  const viewer = await world.learner()
  const other = await openLearning(database.url)
  const holder = new pg.Client({ connectionString: database.url })
  await holder.connect()
  try {
    // The first to write the day waits there and holds the lesson's new row; the second waits for that row. Both began
    // when there was none.
    await holder.query('begin')
    await holder.query('insert into learning_day (person_id, day) values ($1, $2)', [
      viewer.personId,
      berlinDay(new Date()),
    ])
    const both = [world, other].map(({ ctx }) => record(viewer, [[0, 10]], {}, ctx))
    await until('both to wait', async () => (await waiting()) === 2)
    await holder.query('rollback')
    await Promise.all(both)
  } finally {
    await holder.end()
    await other.close()
  }
  expect((await thisWeek(viewer)).watchedSeconds).toBe(10)
})

const waiting = async () =>
  (
    await database.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  ).length

const writeNote = (viewer: Viewer, at: string, fields: { kind?: string; gone?: boolean; copyOf?: string } = {}) =>
  database.query(
    `insert into note (id, person_id, lesson_id, kind, position_ms, body, created_at, deleted_at, copy_of)
     values (gen_random_uuid(), $1, $2, $3, 1000, 'x', $4, $5, $6)`,
    [viewer.personId, lesson.id, fields.kind ?? 'note', at, fields.gone ? at : null, fields.copyOf ?? null],
  )
const weekOf = async (viewer: Viewer, day: string) => {
  const ahead = { ...world.ctx, clock: { now: () => new Date('2027-06-01T12:00:00Z') } }
  return (await weekView(ahead, { viewer, day })).written
}

test('notes and bookmarks count in the week they were begun; what was deleted, copied or is another’s does not', async () => {
  const [viewer, other] = [await world.learner(), await world.learner()]
  await writeNote(viewer, '2026-11-25T10:00:00Z')
  await writeNote(viewer, '2026-11-26T10:00:00Z')
  await writeNote(viewer, '2026-11-26T10:00:00Z', { kind: 'bookmark' })
  await writeNote(viewer, '2026-11-26T10:00:00Z', { gone: true })
  await writeNote(viewer, '2026-11-26T10:00:00Z', { copyOf: crypto.randomUUID() })
  await writeNote(other, '2026-11-26T10:00:00Z')
  expect(await weekOf(viewer, '2026-11-25')).toEqual({ notes: 2, bookmarks: 1 })
  expect(await weekOf(viewer, '2026-11-18')).toEqual({ notes: 0, bookmarks: 0 })
})

// Both Sundays on which Berlin changes its clocks: the week still ends at midnight there.
test.each([
  ['2026-10-25', '2026-10-18T22:00:00Z', '2026-10-25T22:59:59Z', '2026-10-25T23:00:00Z'],
  ['2027-03-28', '2027-03-21T23:00:00Z', '2027-03-28T21:59:59Z', '2027-03-28T22:00:00Z'],
])('the week of %s ends at midnight in Berlin', async (day, first, last, next) => {
  const viewer = await world.learner()
  for (const at of [new Date(Date.parse(first) - 1000).toISOString(), first, last, next]) await writeNote(viewer, at)
  expect(await weekOf(viewer, day)).toEqual({ notes: 2, bookmarks: 0 })
})

test.each(['2026-02-30', 'heute', '2999-01-01', '1999-01-04', '2026-11-23T00:00', "' or 1=1"])(
  'the week of %s is refused',
  async (day) => {
    const viewer = await world.learner()
    expect(await codeOf(weekView(world.ctx, { viewer, day }))).toBe('invalid_input')
  },
)
