import { eq, inArray, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { heartbeat } from '#db/schema.ts'
import { createLog } from '#libs/log.ts'
import { createDatabase, type Database } from '#libs/postgres.ts'
import { copyDatabase, type TestDatabase } from '#tests/kit/database.ts'

let copy: TestDatabase
let database: Database

beforeAll(async () => {
  copy = await copyDatabase(inject('postgresUrl'))
  // One connection, so that what the server keeps can be counted.
  database = createDatabase({ url: copy.url, maxConnections: 1, log: createLog('test', 'silent') })
})
afterAll(async () => {
  await database?.close()
  await copy?.drop()
})

const keptTexts = async () => {
  const { rows } = await database.pool.query<{ statement: string }>('select statement from pg_prepared_statements')
  return rows.map((row) => row.statement)
}
const read = (name: string) => database.db.q.select().from(heartbeat).where(eq(heartbeat.name, name))

test('a statement asked all the time is parsed once, inside and outside of transactions', async () => {
  await database.db.q.insert(heartbeat).values({ name: 'worker:1', at: new Date() })
  for (let round = 0; round < 15; round++) {
    expect(await read('worker:1')).toHaveLength(1)
    expect(await read('worker:2')).toHaveLength(0)
    await database.db.transaction(async ({ q }) => {
      expect(await q.select().from(heartbeat).where(eq(heartbeat.name, 'worker:1'))).toHaveLength(1)
    })
  }
  const texts = (await keptTexts()).filter((text) => text.includes('"heartbeat"'))
  expect(texts).toEqual([expect.stringContaining('where "heartbeat"."name" = $1')])
})

test('lists of differing length leave nothing behind on the server', async () => {
  const before = (await keptTexts()).length
  for (let length = 1; length <= 40; length++) {
    const names = Array.from({ length }, (_, index) => `worker:${index}`)
    await database.db.q.select().from(heartbeat).where(inArray(heartbeat.name, names))
  }
  expect(await keptTexts()).toHaveLength(before)
})

test('a refused value, a rolled back transaction and a new column do not spoil a kept statement', async () => {
  const insert = (name: string | null) =>
    database.db.q.execute(sql`insert into heartbeat (name, at) values (${name}, now()) on conflict do nothing`)
  for (let round = 0; round < 15; round++) await insert(`twin:${round}`)
  await expect(insert(null)).rejects.toMatchObject({ code: '23502' })
  await insert('after')
  await expect(
    database.db.transaction(async ({ q }) => {
      await q.execute(sql`insert into heartbeat (name, at) values (${'gone'}, now()) on conflict do nothing`)
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  await copy.query('alter table heartbeat add column mood text')
  expect(await read('gone')).toHaveLength(0)
  expect(await read('after')).toHaveLength(1)
})

test('a lost connection takes its statements along and is missed by nobody', async () => {
  for (let round = 0; round < 15; round++) await read('worker:1')
  await copy.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  )
  await expect
    .poll(
      () =>
        read('worker:1').then(
          (rows) => rows.length,
          () => 'away',
        ),
      { timeout: 10_000 },
    )
    .toBe(1)
})
