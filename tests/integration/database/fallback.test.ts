import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Viewer } from '#domain/access/rules.ts'
import { courseView } from '#domain/learning/courseView.ts'
import { lessonView } from '#domain/learning/lessonView.ts'
import { mergeJournal } from '#domain/learning/mergeJournal.ts'
import { playLesson } from '#domain/learning/playLesson.ts'
import { readProgress } from '#domain/learning/readProgress.ts'
import { recordProgress } from '#domain/learning/recordProgress.ts'
import { weekView } from '#domain/learning/week/weekView.ts'
import { migrate } from '#libs/migrate.ts'
import type { Database } from '#libs/postgres.ts'
import type { Ctx, Lesson } from '#ports'
import { smallDisk } from '#tests/kit/smallDisk.ts'
import { mergeOnRecovery } from '#worker/mergeOnRecovery.ts'
import { type LearningWorld, openLearning } from '../../kit/learning.ts'
import { type StoppableServer, stoppableServer } from '../../kit/stoppableServer.ts'
import { until } from '../../kit/until.ts'

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
  [
    'set to read only',
    async () => {
      await readOnly(true)
      // The server tells its open connections one after the other.
      await until('our connection has heard of it', async () => {
        const { rows } = await world.ctx.db.q.execute<{ transaction_read_only: string }>(
          sql`show transaction_read_only`,
        )
        return rows[0]?.transaction_read_only === 'on'
      })
      await sleep(500)
      return () => readOnly(false)
    },
  ],
  [
    'a standby that nobody promoted',
    async () => {
      await server.demote()
      return () => server.promote()
    },
  ],
]

const readOnly = (yes: boolean) =>
  asOperator(`alter system set default_transaction_read_only = ${yes}; select pg_reload_conf()`)

const watch = (from: number, to: number, as: Viewer = viewer) => {
  const now = new Date()
  const report = { lessonId: lesson.id, ranges: [[from, to] as [number, number]], position: to, clientId: 'test' }
  return recordProgress(world.ctx, { viewer: as, reports: [{ ...report, at: now, sentAt: now }] })
}

test('a schema for a server that only reads is refused with the cure', async () => {
  await readOnly(true)
  try {
    // The setting takes a moment to arrive.
    const refusal = () =>
      migrate(server.url).then(
        () => null,
        (error: Error) => error.message,
      )
    expect(await until('a refusal', refusal)).toMatch(/takes no writes: .*Promote it, or name the primary\.$/)
  } finally {
    await readOnly(false)
    await until('writes again', () => migrate(server.url).then(() => true))
  }
})

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
      // Our disk too cannot take it, for whatever reason: said clearly, and the browser keeps its copy.
      const journal = path.join(world.dataDir, 'journal')
      renameSync(journal, `${journal}.kept`)
      writeFileSync(journal, '')
      await expect(watch(70, 71, degraded)).rejects.toMatchObject({
        code: 'database_unavailable',
        details: { retryAfter: 30 },
      })
      rmSync(journal)
      renameSync(`${journal}.kept`, journal)
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
    expect((await weekView(ctx, { viewer })).watchedSeconds).toBe(70)
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

/** As our own database's owner. */
async function onOurs(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

/** Progress meets this error, everything else goes on. */
async function refuseProgress(url: string, state: string): Promise<() => Promise<void>> {
  await onOurs(
    url,
    `create or replace function no_room() returns trigger language plpgsql as
       $$ begin raise exception 'could not extend file' using errcode = '${state}'; end $$`,
    'create trigger no_room before insert or update on progress for each statement execute function no_room()',
  )
  return () => onOurs(url, 'drop trigger no_room on progress')
}

test.each(['53100', '53200', '58030'])(
  'a statement refused with %s is journalled, reads go on, and nothing waits for a restart',
  async (state) => {
    const { ctx } = world
    expect((await watch(0, 10)).stored).toBe('database')
    const makeRoom = await refuseProgress(server.url, state)
    try {
      expect((await watch(10, 20)).stored).toBe('journal')
      expect((await watch(20, 30)).stored).toBe('journal')
      expect(ctx.db.health()).toEqual({ up: true, lostAt: null, trouble: 'no_room' })
      expect((await courseView(ctx, viewer)).degraded).toBe(false)
      await expect(mergeJournal(ctx)).rejects.toMatchObject({ code: 'database_unavailable' })
    } finally {
      await makeRoom()
    }
    await mergesByItself(ctx, async () => (await rangesOf(viewer)) === '[[0,30]]')
  },
)

/** Nobody lost the server, so no recovery is announced: only the clock is left. */
async function mergesByItself(ctx: Ctx, isDone: () => Promise<boolean>): Promise<void> {
  const merging = mergeOnRecovery({ ctx, database: { onRecovered: () => {} } as unknown as Database }, 100)
  try {
    await until('the journal is merged', isDone)
  } finally {
    merging.stop()
  }
}
const rangesOf = async (one: Viewer) => JSON.stringify((await readProgress(world.ctx, one)).lessons[0]?.ranges)

test('a disk that is full under PostgreSQL loses no progress', async () => {
  const disk = smallDisk(200)
  const full = disk ? await stoppableServer(disk.folder) : server
  try {
    if (disk) {
      await full.start()
      await migrate(full.url)
      await world.close()
      world = await openLearning(full.url)
      // A whole segment of the write-ahead log lies ready, so that tables are what finds no room.
      await onOurs(full.url, 'select pg_switch_wal()')
    }
    const learners = await Promise.all(Array.from({ length: 40 }, () => world.learner()))
    const makeRoom = disk ? async () => disk.free() : await refuseProgress(full.url, '53100')
    disk?.fill()
    const stored = new Set<string>()
    // Rows of a kilobyte each: some may still find room in pages that are there.
    const pieces = Array.from({ length: 90 }, (_, at): [number, number] => [at, at + 0.5])
    const now = new Date()
    const report = { lessonId: lesson.id, ranges: pieces, position: 1, clientId: 'test', at: now, sentAt: now }
    for (const one of learners) stored.add((await recordProgress(world.ctx, { viewer: one, reports: [report] })).stored)
    expect(stored).toContain('journal')
    await makeRoom()
    const all = async () =>
      (await Promise.all(learners.map(rangesOf))).every((ranges) => ranges === JSON.stringify(pieces))
    await mergesByItself(world.ctx, all)
  } finally {
    if (disk) {
      await full.stop()
      await full.remove().catch(() => {})
      disk.remove()
    }
  }
})
