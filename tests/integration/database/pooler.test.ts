import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { doctor } from '#cli/doctor.ts'
import { createLog } from '#libs/log.ts'
import { poolerRefusal, probePooler } from '#libs/pooler.ts'
import { createDatabase, type Database } from '#libs/postgres.ts'
import { type Bouncer, forgetful, keepsStatements, pgbouncerVersion, startPgbouncer } from '#tests/kit/pgbouncer.ts'
import { until } from '#tests/kit/until.ts'
import { openWorld, type World } from '#tests/kit/world.ts'

let world: World
let server: string
let bouncer: Bouncer
const opened: Database[] = []

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators'] })
  server = world.database.url
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()))
})
afterAll(() => world?.close())

/** As another process would have it: a pool and a register of names of its own. */
function aProcess(url: string, maxConnections = 2): Database {
  const one = createDatabase({ url, maxConnections, log: createLog('test', 'silent'), behindPooler: true })
  opened.push(one)
  return one
}

test('a server without a pooler is known as such', async () => {
  expect(await probePooler(server)).toEqual({ mode: 'none', prepared: true })
  expect(await poolerRefusal({ databaseUrl: server, directUrl: server })).toBeNull()
})

describe.skipIf(!pgbouncerVersion)('PgBouncer in transaction mode that forgets statements', () => {
  beforeAll(async () => {
    bouncer = await startPgbouncer(server, 'transaction', forgetful)
  })
  afterAll(() => bouncer?.stop())

  test('is found out and refused, with the cure', async () => {
    expect(await probePooler(bouncer.url)).toEqual({ mode: 'transaction', prepared: false })
    const refusal = await poolerRefusal({ databaseUrl: bouncer.url, directUrl: server })
    expect(refusal).toMatch(/max_prepared_statements/)
    expect(await poolerRefusal({ databaseUrl: server, directUrl: bouncer.url })).toMatch(/^DATABASE_DIRECT_URL/)
  })

  test.each([['server_round_robin = 1'], ['default_pool_size = 1']])('also with %s', async (line) => {
    const other = await startPgbouncer(server, 'transaction', [...forgetful, line])
    try {
      expect(await probePooler(other.url)).toEqual({ mode: 'transaction', prepared: false })
    } finally {
      await other.stop()
    }
  })

  test('no statement ever reaches the one another process keeps', async () => {
    const narrow = await startPgbouncer(server, 'transaction', [...forgetful, 'default_pool_size = 2'])
    const hold = async () => {
      const client = new pg.Client({ connectionString: narrow.url })
      await client.connect()
      await client.query('begin')
      // Rolled back first: a server whose client left in the middle is closed, with what it keeps.
      return async () => {
        await client.query('rollback')
        await client.end()
      }
    }
    const said = (one: Database, word: string) =>
      one.pool.query<{ word: string }>(`select '${word}' as word, $1::int as number`, [1]).then(
        ({ rows }) => rows[0]?.word,
        (error: { code: string }) => error.code,
      )
    const [one, other] = [aProcess(narrow.url, 1), aProcess(narrow.url, 1)]
    try {
      // Two servers, of which a held one leaves exactly one choice: `one` keeps its statement on the second, …
      const freeFirst = await hold()
      for (let use = 0; use < 15; use++) expect(await said(one, 'one')).toBe('one')
      // … `other` on the first, …
      const freeSecond = await hold()
      await freeFirst()
      for (let use = 0; use < 15; use++) expect(await said(other, 'other')).toBe('other')
      // … and now `one` gets the first.
      await freeSecond()
      const free = await hold()
      expect(['one', '26000']).toContain(await said(one, 'one'))
      await free()
    } finally {
      await narrow.stop()
    }
  })

  test.each(['worker', 'web'] as const)('a %s refuses to start', async (part) => {
    await expect(world.start(part, { DATABASE_URL: bouncer.url })).rejects.toThrow(
      /ended with 1:[\s\S]*DATABASE_URL leads through a pooler in transaction mode/,
    )
  })

  test('the doctor detects it', async () => {
    const lines: string[] = []
    const print = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)))
    const code = await doctor({ ...world.env, DATABASE_URL: bouncer.url }).finally(() => print.mockRestore())
    expect(code).toBe(1)
    expect(lines.join('\n')).toMatch(/BROKEN pooler +DATABASE_URL leads[\s\S]*Fix: .*max_prepared_statements/)
  })
})

describe.skipIf(!pgbouncerVersion)('PgBouncer in session mode', () => {
  beforeAll(async () => {
    bouncer = await startPgbouncer(server, 'session', ['default_pool_size = 60'])
  })
  afterAll(() => bouncer?.stop())

  test('is found out and taken, also with few servers', async () => {
    expect(await probePooler(bouncer.url)).toEqual({ mode: 'session', prepared: true })
    const narrow = await startPgbouncer(server, 'session', ['default_pool_size = 1'])
    try {
      expect(await poolerRefusal({ databaseUrl: narrow.url, directUrl: narrow.url })).toBeNull()
    } finally {
      await narrow.stop()
    }
  })

  test('statements are kept for each connection, and LISTEN hears', async () => {
    const [one] = await manyAsk(bouncer.url)
    const ear = new pg.Client({ connectionString: bouncer.url })
    await ear.connect()
    const heard: (string | undefined)[] = []
    ear.on('notification', ({ payload }) => heard.push(payload))
    await ear.query('listen ring')
    await one.pool.query(`select pg_notify('ring', $1)`, ['hello'])
    await until('the bell', () => heard.includes('hello'))
    await ear.end()
  })

  test('a worker behind it works its jobs', () => workerWorks({ DATABASE_URL: bouncer.url }))
})

describe.skipIf(!keepsStatements)('PgBouncer in transaction mode that keeps statements', () => {
  beforeAll(async () => {
    bouncer = await startPgbouncer(server, 'transaction', ['max_prepared_statements = 100', 'default_pool_size = 3'])
  })
  afterAll(() => bouncer?.stop())

  test('is taken with the server’s own address beside it, not without', async () => {
    expect(await probePooler(bouncer.url)).toEqual({ mode: 'transaction', prepared: true })
    expect(await poolerRefusal({ databaseUrl: bouncer.url, directUrl: bouncer.url })).toMatch(/DATABASE_DIRECT_URL/)
    expect(await poolerRefusal({ databaseUrl: bouncer.url, directUrl: server })).toBeNull()
    await manyAsk(bouncer.url)
    await workerWorks({ DATABASE_URL: bouncer.url, DATABASE_DIRECT_URL: server })
  })
})

/** Two processes ask the same and different statements, often enough that all of them are kept. */
async function manyAsk(url: string): Promise<[Database, Database]> {
  const processes: [Database, Database] = [aProcess(url), aProcess(url)]
  const ask = ({ pool }: Database, at: number) =>
    pool.query<{ at: number }>(`select $1::int as at -- ${at % 7}`, [at]).then(({ rows }) => rows[0]?.at)
  for (let round = 0; round < 20; round++) {
    const asked = processes.flatMap((one) => [1, 2, 3, 4].map((at) => ask(one, round * at)))
    const expected = processes.flatMap(() => [1, 2, 3, 4].map((at) => round * at))
    expect(await Promise.all(asked)).toEqual(expected)
  }
  return processes
}

async function workerWorks(env: Record<string, string>): Promise<void> {
  await world.start('worker', env)
  const done = async () =>
    (await world.database.query(`select 1 from pgboss.job where name = 'price.mirror' and state = 'completed'`)).length
  const before = await done()
  await world.ctx.jobs.send(world.ctx.db, 'price.mirror', { requestId: 'test' })
  await until('the job to be done', async () => (await done()) > before)
  await world.part('worker').kill('SIGTERM')
}
