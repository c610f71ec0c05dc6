import fc from 'fast-check'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { revokeGrant } from '#domain/access/revokeGrant.ts'
import type { Viewer } from '#domain/access/rules.ts'
import { courseView } from '#domain/learning/courseView.ts'
import { lessonView } from '#domain/learning/lessonView.ts'
import { mergeJournal } from '#domain/learning/mergeJournal.ts'
import { playLesson } from '#domain/learning/playLesson.ts'
import { readProgress } from '#domain/learning/readProgress.ts'
import { recordProgress, type SentReport } from '#domain/learning/recordProgress.ts'
import { joinProgress, type LessonProgress } from '#domain/learning/rules.ts'
import { readProgressRows, writeProgress } from '#domain/learning/store.ts'
import { assignVideo } from '#domain/video/assignVideo.ts'
import type { JournalEntry, Lesson } from '#ports'
import { copyDatabase, type TestDatabase } from '../../kit/database.ts'
import { codeOf, type LearningWorld, openLearning } from '../../kit/learning.ts'

let database: TestDatabase
let world: LearningWorld
let lesson: Lesson
let free: Lesson

beforeAll(async () => {
  database = await copyDatabase(inject('postgresUrl'))
  world = await openLearning(database.url)
  const { lessons } = world.ctx.content.course()
  lesson = lessons.find((one) => !one.free)!
  free = lessons.find((one) => one.free)!
})
afterAll(async () => {
  await world?.close()
  await database?.drop()
})

const report = (change: Partial<SentReport> = {}): SentReport => {
  const now = new Date()
  return { lessonId: lesson.id, ranges: [[0, 10]], position: 10, at: now, sentAt: now, clientId: 'test', ...change }
}
const record = (viewer: Viewer, ...reports: SentReport[]) => recordProgress(world.ctx, { viewer, reports })
const only = async (viewer: Viewer, ...reports: SentReport[]) => (await record(viewer, ...reports)).lessons[0]!

test('ranges of two devices join, and the newest position wins on both', async () => {
  const viewer = await world.learner()
  const now = Date.now()
  await record(viewer, report({ ranges: [[0, 42]], position: 42, at: new Date(now - 60_000), sentAt: new Date(now) }))
  // A laptop that was offline reports later what happened earlier, by a clock that is a year wrong.
  const late = await only(
    viewer,
    report({
      ranges: [[30, 60]],
      position: 60,
      at: new Date(now + 3.15e10 - 300_000),
      sentAt: new Date(now + 3.15e10),
    }),
  )
  expect(late).toMatchObject({ ranges: [[0, 60]], watchedSeconds: 60, position: 42 })
  expect((await playLesson(world.ctx, { lessonId: lesson.id, viewer })).resumeAt).toBe(42)
  expect((await readProgress(world.ctx, viewer)).lessons).toHaveLength(1)
})

test('the same report ten times at once changes nothing more', async () => {
  const viewer = await world.learner()
  const same = report({ ranges: [[5, 15]] })
  const answers = await Promise.all(Array.from({ length: 10 }, () => only(viewer, same)))
  for (const answer of answers) expect(answer.ranges).toEqual([[5, 15]])
})

test('many learners share statements and each gets the own state', async () => {
  const viewers = await Promise.all(Array.from({ length: 40 }, () => world.learner()))
  const answers = await Promise.all(
    viewers.flatMap((viewer, index) => [
      only(viewer, report({ ranges: [[0, index + 1]] })),
      only(viewer, report({ ranges: [[50, 51 + index]] })),
    ]),
  )
  expect(answers).toHaveLength(80)
  for (const [index, viewer] of viewers.entries()) {
    const [state] = (await readProgress(world.ctx, viewer)).lessons
    expect(state?.watchedSeconds).toBe(2 * (index + 1))
  }
})

test('SQL joins exactly as the pure rule does, in every order', async () => {
  const instant = fc.integer({ min: 1, max: 40 }).map((second) => new Date(second * 1000))
  const states = fc.array(
    fc.record({
      ranges: fc
        .array(fc.tuple(fc.nat(50_000), fc.integer({ min: 1, max: 9_000 })), { maxLength: 4 })
        .map((list) => list.map(([from, length]): [number, number] => [from, from + length])),
      positionMs: fc.nat(60_000),
      positionAt: instant,
      tick: fc.option(fc.record({ doneMark: fc.boolean(), doneMarkAt: instant })),
    }),
    { minLength: 1, maxLength: 5 },
  )
  await fc.assert(
    fc.asyncProperty(states, async (list) => {
      const { personId } = await world.learner({ course: false })
      const writes = list.map(
        ({ tick, ...rest }): LessonProgress => ({
          lessonId: lesson.id,
          doneMark: tick?.doneMark ?? null,
          doneMarkAt: tick?.doneMarkAt ?? null,
          completedAt: null,
          ...rest,
        }),
      )
      for (const state of writes) await writeProgress(world.ctx.db, [{ personId, state, thresholdMs: 1e9 }])
      const [stored] = await readProgressRows(world.ctx.db, personId)
      expect(stored).toEqual(writes.reduce(joinProgress, { ...writes[0]! }))
      const expected = writes.toReversed().reduce(joinProgress)
      expect({ ...stored, ranges: null }).toEqual({ ...expected, ranges: null })
    }),
    { numRuns: 40 },
  )
})

test('90 per cent completes, once, and the tick by hand beats it both ways', async () => {
  const viewer = await world.learner()
  const length = lesson.durationSeconds
  const before = await only(viewer, report({ ranges: [[0, Math.floor(length * 0.89)]] }))
  expect(before.done).toBe(false)
  const complete = await only(viewer, report({ ranges: [[10, Math.ceil(length * 0.9)]] }))
  expect(complete).toMatchObject({ done: true, doneMark: null })
  const again = await only(viewer, report({ ranges: [[0, length]] }))
  expect(again.completedAt).toBe(complete.completedAt)
  const tick = (done: boolean) => only(viewer, report({ ranges: [], position: undefined, done }))
  expect(await tick(false)).toMatchObject({ done: false, doneMark: false, position: 10 })
  expect(await tick(true)).toMatchObject({ done: true, doneMark: true, position: 10 })
})

test('a film swapped for a shorter one under an open page: it plays inside its end, and what was watched stays', async () => {
  const viewer = await world.learner()
  const byLength = world.ctx.content
    .course()
    .lessons.filter(({ videoGuid, free }) => videoGuid && !free)
    .sort((a, b) => a.durationSeconds - b.durationSeconds)
  const [short, long] = [byLength[0]!, byLength.at(-1)!]
  const far = long.durationSeconds - 20
  expect(far).toBeGreaterThan(short.durationSeconds + 10)
  const about = { lessonId: long.id }
  await record(
    viewer,
    report({
      ...about,
      ranges: [
        [0, 30],
        [far - 10, far],
      ],
      position: far,
    }),
  )
  expect((await playLesson(world.ctx, { ...about, viewer })).resumeAt).toBe(far)
  await assignVideo(world.ctx, { ...about, guid: short.videoGuid! })
  expect(await playLesson(world.ctx, { ...about, viewer })).toMatchObject({
    resumeAt: 0,
    duration: short.durationSeconds,
  })
  // The page still plays the longer one, and reports it.
  const late = await only(
    viewer,
    report({
      ...about,
      ranges: [
        [20, 40],
        [far, far + 10],
      ],
      position: far + 10,
    }),
  )
  expect(late.ranges).toEqual([
    [0, 40],
    [far - 10, far],
  ])
  expect([late.position, late.done]).toEqual([short.durationSeconds, false])
  expect((await playLesson(world.ctx, { ...about, viewer })).resumeAt).toBe(0)
  const whole = await only(viewer, report({ ...about, ranges: [[0, short.durationSeconds]], position: 12 }))
  expect(whole).toMatchObject({ done: true, percent: 100, position: 12 })
})

test('rights: none, revoked, free, several at once', async () => {
  const stranger = await world.learner({ course: false })
  expect(await codeOf(record(stranger, report()))).toBe('no_grant')
  expect((await only(stranger, report({ lessonId: free.id }))).lessonId).toBe(free.id)
  const mixed = await record(stranger, report(), report({ lessonId: free.id }))
  expect(mixed.refused).toEqual([{ lessonId: lesson.id, code: 'no_grant' }])

  const viewer = await world.learner()
  await record(viewer, report())
  await revokeGrant(world.ctx, { source: `hand:${viewer.personId}`, reason: 'refund' })
  const afterwards = { ...viewer, courses: [] }
  expect(await codeOf(record(afterwards, report()))).toBe('grant_revoked')
  expect(await codeOf(playLesson(world.ctx, { lessonId: lesson.id, viewer: afterwards }))).toBe('grant_revoked')
})

test('a lesson that is not open refuses with its date; once opened it stays open', async () => {
  const viewer = await world.learner()
  const days = { kind: 'days', days: 3, time: '06:00' } as const
  world.plan({ default: { kind: 'now' }, modules: {}, lessons: { [lesson.id]: days } })
  try {
    const refusal = await record(viewer, report()).catch((error) => error)
    expect(refusal.code).toBe('not_released')
    expect(new Date(refusal.details.facts.opensAt).getTime()).toBeGreaterThan(Date.now())
    const shown = await lessonView(world.ctx, { slug: lesson.slug, viewer })
    expect(shown).toMatchObject({ lesson: { state: 'locked', lock: 'not_released' }, html: null })

    world.plan({ default: { kind: 'now' }, modules: {}, lessons: {} })
    await playLesson(world.ctx, { lessonId: lesson.id, viewer })
    world.plan({ default: { kind: 'now' }, modules: {}, lessons: { [lesson.id]: { ...days, days: 300 } } })
    expect((await only(viewer, report())).watchedSeconds).toBe(10)
    expect((await lessonView(world.ctx, { slug: lesson.slug, viewer })).lesson.state).toBe('started')
  } finally {
    world.plan({ default: { kind: 'now' }, modules: {}, lessons: {} })
  }
})

test.each([
  ['negative', [[-1, 5]]],
  ['reversed', [[9, 5]]],
  ['not a number', [[Number.NaN, 5]]],
  ['beyond the film', [[0, 9_999]]],
  ['too many', Array.from({ length: 201 }, (_, index) => [index / 10, index / 10 + 0.05])],
])('%s ranges are refused and leave nothing', async (_, ranges) => {
  const viewer = await world.learner()
  expect(await codeOf(record(viewer, report({ ranges: ranges as [number, number][] })))).toBe('invalid_input')
  expect((await readProgress(world.ctx, viewer)).lessons).toEqual([])
})

test('a report of absurd age is taken, and one bad line of a journal keeps no other out', async () => {
  const viewer = await world.learner()
  const { watchedSeconds } = await only(viewer, report({ at: new Date(0), sentAt: new Date(8.64e15) }))
  expect(watchedSeconds).toBe(10)
  const at = new Date().toISOString()
  const line = (change: object): JournalEntry => ({
    kind: 'progress',
    personId: viewer.personId,
    at,
    data: { lessonId: lesson.id, ranges: [[20, 30]], at, clientId: 'test', ...change },
  })
  const bad = [line({ at: '-271764-05-01T00:00:00.000Z' }), line({ at: 'now' }), line({ ranges: [[9, 1]] })]
  await world.ctx.journal.append([...bad, line({})])
  expect(await mergeJournal(world.ctx)).toEqual({ entries: 4, skipped: 3 })
  expect((await readProgress(world.ctx, viewer)).lessons[0]?.watchedSeconds).toBe(20)
})

test('the dashboard shows where to go on, and totals that add up', async () => {
  const viewer = await world.learner()
  await record(viewer, report({ ranges: [[0, 42]], position: 42 }))
  const view = await courseView(world.ctx, viewer)
  expect(view.next).toMatchObject({ resumeAt: 42, started: true, lesson: { id: lesson.id, state: 'started' } })
  expect(view.totals).toMatchObject({ lessons: 75, done: 0, watchedSeconds: 42 })
  expect(view.totals.remainingSeconds).toBe(view.totals.durationSeconds - 42)
  expect(view.modules.reduce((sum, module) => sum + module.total, 0)).toBe(75)
  const visitor = await courseView(world.ctx, null)
  expect(visitor.modules.flatMap((module) => module.lessons).filter((row) => row.state !== 'locked')).toHaveLength(2)
})
