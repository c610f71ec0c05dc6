import { connect, createServer, type Socket } from 'node:net'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { isAppError } from '#errors'
import { createLog } from '#libs/log.ts'
import { createDatabase, type Database } from '#libs/postgres.ts'
import { startHeart } from '#records/heartbeat.ts'
import { copyDatabase, type TestDatabase } from '#tests/kit/database.ts'
import { until } from '#tests/kit/until.ts'

/** A proxy before the server that can be frozen: bytes wait, connections stay. */
let frozen = false
/** Only those who come now wait: a machine without a processor to spare forks no new server process for seconds. */
let slowForNew = false
const halves = new Set<Socket>()
const wire = createServer((near) => {
  const { hostname, port } = new URL(copy.url)
  const far = connect(Number(port), hostname)
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    halves.add(from)
    from.on('data', (bytes) => void to.write(bytes))
    from.on('error', () => {})
    from.on('close', () => to.destroy())
    if (frozen || slowForNew) from.pause()
  }
})
const freeze = (yes: boolean) => {
  frozen = yes
  for (const half of halves) yes ? half.pause() : half.resume()
}

let copy: TestDatabase
let database: Database

beforeAll(async () => {
  copy = await copyDatabase(inject('postgresUrl'))
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve))
  const url = new URL(copy.url)
  url.host = `127.0.0.1:${(wire.address() as { port: number }).port}`
  database = createDatabase({ url: url.href, maxConnections: 2, log: createLog('test', 'silent') })
  await copy.query('create table scratch (text text)')
})

afterAll(async () => {
  freeze(false)
  await database?.close()
  wire.close()
  await copy?.drop()
})

const away = (error: unknown) => isAppError(error) && error.code === 'database_unavailable'
const write = (text: string) => database.db.q.execute(sql`insert into scratch values (${text})`)

test('a write after a freeze stands for itself and is committed', async () => {
  let inside = () => {}
  const began = new Promise<void>((resolve) => {
    inside = resolve
  })
  const cut = database.db.transaction(async (db) => {
    await db.q.execute(sql`insert into scratch values ('cut')`)
    inside()
    freeze(true)
    await db.q.execute(sql`select 1`)
  })
  await began
  await expect(cut).rejects.toSatisfy(away)
  freeze(false)
  await until('the database is back', async () => database.db.health().up || null)
  for (let round = 0; round < 4; round++) await write(`after ${round}`)
  const rows = await copy.query<{ text: string }>('select text from scratch order by text')
  expect(rows.map((row) => row.text)).toEqual(['after 0', 'after 1', 'after 2', 'after 3'])
})

test('transactions that could not even begin give their connections back', async () => {
  await Promise.all([write('warm 1'), write('warm 2')])
  freeze(true)
  const lost = await Promise.allSettled([1, 2].map(() => database.db.transaction(async () => 'never')))
  expect(lost.map((one) => one.status)).toEqual(['rejected', 'rejected'])
  freeze(false)
  await until('the database is back', async () => database.db.health().up || null)
  expect(await database.db.transaction(async () => 'works')).toBe('works')
})

test('a server that answers on one connection is not lost, however long the next one takes', async () => {
  const url = new URL(copy.url)
  url.host = `127.0.0.1:${(wire.address() as { port: number }).port}`
  const fresh = createDatabase({ url: url.href, maxConnections: 2, log: createLog('test', 'silent') })
  try {
    await fresh.pool.query('select 1')
    slowForNew = true
    let over = false
    const busy = (async () => {
      while (!over) await fresh.pool.query('select pg_sleep(0.1)')
    })()
    // The one connection is taken, and a second one does not come: this question may fail, and nobody else's does.
    await fresh.pool.query('select 1').catch(() => {})
    expect(fresh.db.health()).toEqual({ up: true, lostAt: null, trouble: null })
    over = true
    await busy
  } finally {
    slowForNew = false
    await fresh.close()
  }
})

test('what we gave up also ends on the server, and holds nothing', async () => {
  const atServer = () =>
    copy.query<{ query: string }>(
      `select query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
         and (state = 'active' or state like 'idle in transaction%')`,
    )
  const holder = new pg.Client({ connectionString: copy.url })
  await holder.connect()
  await holder.query('select pg_advisory_lock(7)')
  await expect(database.db.q.execute(sql`select pg_advisory_lock(7)`)).rejects.toSatisfy(away)
  await until('the server gave up too', async () => (await atServer()).length === 0)
  await holder.end()
})

test('a process that was busy with itself does not take its own deafness for a lost server', async () => {
  const fresh = createDatabase({ url: copy.url, log: createLog('test', 'silent') })
  try {
    // drizzle begins only when somebody waits.
    const asked = fresh.db.q.execute(sql`select 1 as one`).then(({ rows }) => rows)
    // The handshake is under way; now nobody listens for longer than any connection may take.
    await new Promise((resolve) => setImmediate(resolve))
    const until = performance.now() + 2_000
    while (performance.now() < until);
    expect(await asked).toEqual([{ one: 1 }])
    expect(fresh.db.health()).toEqual({ up: true, lostAt: null, trouble: null })
  } finally {
    await fresh.close()
  }
})

test('two workers with one process id and one host name have a heartbeat each, and rows of killed ones vanish', async () => {
  const log = createLog('test', 'silent')
  const names = async () => (await copy.query<{ name: string }>('select name from heartbeat')).map(({ name }) => name)
  await copy.query(`insert into heartbeat (name, at) values ('worker:7', now() - interval '16 minutes')`)
  const [one, other] = [startHeart(database.db, log), startHeart(database.db, log)]
  await one.beat()
  await other.beat()
  await one.beat()
  const both = await names()
  expect(both).toHaveLength(2)
  expect(both.every((name) => name.startsWith('worker:'))).toBe(true)
  await one.stop()
  expect(both).toContain((await names())[0])
  await other.stop()
  expect(await names()).toEqual([])
})
