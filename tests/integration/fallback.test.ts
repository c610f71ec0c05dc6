import { readdirSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Viewer } from '#domain/access/rules.ts'
import { courseView } from '#domain/learning/courseView.ts'
import { lessonView } from '#domain/learning/lessonView.ts'
import { mergeJournal } from '#domain/learning/mergeJournal.ts'
import { playLesson } from '#domain/learning/playLesson.ts'
import { readProgress } from '#domain/learning/readProgress.ts'
import { recordProgress } from '#domain/learning/recordProgress.ts'
import { migrate } from '#libs/migrate.ts'
import type { Lesson } from '#ports'
import { type LearningWorld, openLearning } from '../kit/learning.ts'
import { type StoppableServer, stoppableServer } from '../kit/stoppableServer.ts'
import { until } from '../kit/until.ts'

let server: StoppableServer
let world: LearningWorld
let viewer: Viewer
let lesson: Lesson

beforeAll(async () => {
  server = await stoppableServer()
  await server.start()
  await migrate(server.url)
})
afterAll(() => server?.remove())

beforeEach(async () => {
  world = await openLearning(server.url)
  lesson = world.ctx.content.course().lessons.find((one) => !one.free)!
  viewer = await world.learner()
})
afterEach(() => world.close())

/** A superuser on another database, to shut and open ours. */
async function asOperator(text: string): Promise<void> {
  const admin = new pg.Client({
    connectionString: Object.assign(new URL(server.url), { pathname: '/postgres' }).toString(),
  })
  admin.on('error', () => {})
  await admin.connect()
  for (const statement of text.split(';')) await admin.query(statement)
  await admin.end()
}

const name = () => new URL(server.url).pathname.slice(1)

/** Each takes PostgreSQL away in one way, and answers how it comes back. */
const outages: [string, () => Promise<() => Promise<void> | void>][] = [
  [
    'stopped',
    async () => {
      await server.stop()
      return () => server.start()
    },
  ],
  [
    'frozen',
    async () => {
      server.freeze()
      return () => server.thaw()
    },
  ],
  [
    'refusing',
    async () => {
      await asOperator(
        `alter database ${name()} allow_connections false; select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name()}'`,
      )
      return () => asOperator(`alter database ${name()} allow_connections true`)
    },
  ],
]

const watch = (from: number, to: number, as: Viewer = viewer) => {
  const now = new Date()
  const report = { lessonId: lesson.id, ranges: [[from, to] as [number, number]], position: to, clientId: 'test' }
  return recordProgress(world.ctx, { viewer: as, reports: [{ ...report, at: now, sentAt: now }] })
}

describe.each(outages)('PostgreSQL %s', (_, takeAway) => {
  test('an open lesson goes on, pages come from files, and no progress is lost', async () => {
    const { ctx } = world
    expect((await watch(0, 10)).stored).toBe('database')
    await playLesson(ctx, { lessonId: lesson.id, viewer })
    const bringBack = await takeAway()
    try {
      const began = performance.now()
      expect(await watch(10, 20)).toEqual({ stored: 'journal', lessons: [], refused: [] })
      expect(performance.now() - began).toBeLessThan(40_000)

      // From now on the process knows: nothing waits any more.
      const degraded = { ...viewer, degraded: true, email: null }
      const known = performance.now()
      for (let second = 20; second < 70; second++) await watch(second, second + 1, degraded)
      const { playlistUrl } = await playLesson(ctx, { lessonId: lesson.id, viewer: degraded })
      // One after the other: with the wait of an unknown outage each, they would take minutes.
      expect(performance.now() - known).toBeLessThan(40_000)
      expect((await fetch(playlistUrl)).status).toBe(200)

      const view = await courseView(ctx, degraded)
      expect(view).toMatchObject({ degraded: true, access: 'active' })
      expect(view.modules).toHaveLength(12)
      expect((await lessonView(ctx, { slug: lesson.slug, viewer: degraded })).html).not.toBeNull()
      expect((await courseView(ctx, null)).modules).toHaveLength(12)
      await expect(mergeJournal(ctx)).rejects.toMatchObject({ code: 'database_unavailable' })
    } finally {
      await bringBack()
    }
    await until('the database is back', () => ctx.db.health().up)
    expect((await mergeJournal(ctx)).entries).toBeGreaterThanOrEqual(51)
    expect((await mergeJournal(ctx)).entries).toBe(0)
    const [state] = (await readProgress(ctx, viewer)).lessons
    expect(state).toMatchObject({ lessonId: lesson.id, ranges: [[0, 70]] })
    expect(readdirSync(path.join(world.dataDir, 'journal')).every((file) => file.startsWith('merged-'))).toBe(true)
  })

  test('who has no claim to the course gets nothing out of the outage', async () => {
    const stranger = { ...(await world.learner({ course: false })), degraded: true }
    const bringBack = await takeAway()
    try {
      await expect(playLesson(world.ctx, { lessonId: lesson.id, viewer: stranger })).rejects.toMatchObject({
        code: 'no_grant',
      })
      await expect(watch(0, 5, stranger)).rejects.toMatchObject({ code: 'no_grant' })
      const later = { kind: 'date', at: '2999-01-01T06:00' } as const
      world.plan({ default: later, modules: {}, lessons: {} })
      const owner = { ...viewer, degraded: true }
      await expect(playLesson(world.ctx, { lessonId: lesson.id, viewer: owner })).rejects.toMatchObject({
        code: 'not_released',
      })
    } finally {
      await bringBack()
    }
    await until('the database is back', () => world.ctx.db.health().up)
  })
})
