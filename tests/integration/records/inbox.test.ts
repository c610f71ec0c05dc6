import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { ids } from '#libs/ids.ts'
import { createJobSender, type JobSender } from '#libs/jobQueue.ts'
import { createLog } from '#libs/log.ts'
import { createDatabase, type Database } from '#libs/postgres.ts'
import type { Inbox, InboxEvent } from '#ports'
import { createInbox, withEventsInFront } from '#records/webhookStore.ts'
import { copyDatabase, type TestDatabase } from '../../kit/database.ts'

let copy: TestDatabase
let database: Database
let sender: JobSender
/** Both ways of storing: with pg-boss as it is, and with a pg-boss whose statement we do not know. */
const inboxes: Record<string, Inbox> = {}
const log = createLog('test', 'silent')

/** Shows another statement only while the inbox reads it; real inserts stay as they are. */
function inOtherWords(): JobSender {
  return {
    ...sender,
    boss: async () => {
      const boss = await sender.boss()
      return new Proxy(boss, {
        get(target, key) {
          if (key !== 'insert') return Reflect.get(target, key)
          return (name: string, jobs: { id?: string }[], options: { db: { executeSql(text: string): unknown } }) =>
            jobs[0]?.id
              ? target.insert(name, jobs as never, options as never)
              : options.db.executeSql('insert something')
        },
      })
    },
  }
}

beforeAll(async () => {
  copy = await copyDatabase(inject('postgresUrl'))
  database = createDatabase({ url: copy.url, log })
  sender = createJobSender(database.pool, log)
  inboxes['one statement'] = createInbox({ database, sender, log })
  inboxes['plain transaction'] = createInbox({ database, sender: inOtherWords(), log })
})
afterAll(async () => {
  await sender.stop()
  await database.close()
  await copy.drop()
})

const event = (id: string, change: Partial<InboxEvent> = {}): InboxEvent => ({
  source: 'stripe',
  id,
  type: 'checkout.session.completed',
  objectId: 'cs_test_1',
  livemode: false,
  apiVersion: '2026-10-28.endive',
  raw: Buffer.from('{"ä":"\u0001"}'),
  requestId: 'request-1',
  ...change,
})
const jobsOf = (id: string) =>
  copy.query<{ name: string; data: unknown }>(`select name, data from pgboss.job where data->>'eventId' = $1`, [id])

test('the statement of this pg-boss is understood', async () => {
  const boss = await sender.boss()
  let text = ''
  const executeSql = async (sql: string) => {
    text = sql
    return { rows: [] }
  }
  await boss.insert('stripe.event', [{ data: {} }], { db: { executeSql } })
  expect(withEventsInFront(text, 'stripe')).toContain('WITH ev AS')
  // Another version may keep the two fragments and mean something else: read its insert beside
  // docs/decisions/oneStatementInbox.md before this changes.
  const words = text
    .replace(/\s+/g, ' ')
    .replace(/'[^']*'/g, '')
    .trim()
  expect(createHash('sha256').update(words).digest('hex').slice(0, 16)).toBe('cfcf862377bc7db8')
  expect(withEventsInFront(text.replace('WITH ins AS', 'WITH other AS'), 'stripe')).toBeNull()
  expect(withEventsInFront(text.replaceAll('$1::text::json', '$1::json'), 'stripe')).toBeNull()
})

for (const way of ['one statement', 'plain transaction']) {
  const inbox = () => inboxes[way]!
  const named = (name: string) => `evt_${way.replace(' ', '_')}_${name}`

  test(`${way}: an event comes with exactly one job and keeps its bytes`, async () => {
    const warned = vi.spyOn(log, 'warn')
    const sent = event(named('a'))
    expect(await inbox().reserve(sent)).toBe('new')
    expect(await inbox().reserve(sent)).toBe('duplicate')
    expect(await jobsOf(sent.id)).toEqual([
      { name: 'stripe.event', data: { eventId: sent.id, requestId: 'request-1' } },
    ])
    const stored = await inbox().read('stripe', sent.id)
    expect(stored).toMatchObject({ type: sent.type, objectId: 'cs_test_1', handledAt: null, attempts: 0 })
    expect(stored?.raw?.equals(sent.raw!)).toBe(true)
    expect(warned.mock.calls.length).toBe(way === 'one statement' ? 0 : 1)
    warned.mockRestore()
  })

  test(`${way}: two hundred deliveries of twenty events at once are twenty events and twenty jobs`, async () => {
    const deliveries = Array.from({ length: 200 }, (_, index) => event(named(`many_${index % 20}`)))
    const verdicts = await Promise.all(deliveries.map((delivery) => inbox().reserve(delivery)))
    expect(verdicts.filter((verdict) => verdict === 'new')).toHaveLength(20)
    for (let index = 0; index < 20; index++) expect(await jobsOf(named(`many_${index}`))).toHaveLength(1)
  })

  test(`${way}: a type nobody works on is stored as handled, without body and job`, async () => {
    const ignored = event(named('ignored'), { raw: null, outcome: 'ignored: type' })
    expect(await Promise.all([inbox().reserve(ignored), inbox().reserve(event(named('beside')))])).toEqual([
      'new',
      'new',
    ])
    expect(await jobsOf(ignored.id)).toEqual([])
    expect(await jobsOf(named('beside'))).toHaveLength(1)
    const stored = await inbox().read('stripe', ignored.id)
    expect(stored).toMatchObject({ outcome: 'ignored: type', raw: null })
    expect(stored?.handledAt).toBeInstanceOf(Date)
  })

  test(`${way}: an event PostgreSQL refuses does not fail its neighbours`, async () => {
    const bad = event(named('bad'), { objectId: 'nul\u0000' })
    const verdicts = await Promise.allSettled([
      inbox().reserve(event(named('left'))),
      inbox().reserve(bad),
      inbox().reserve(event(named('right'))),
    ])
    expect(verdicts.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await jobsOf(bad.id)).toEqual([])
  })
}

test('the three senders do not see each other’s ids', async () => {
  const inbox = inboxes['one statement']!
  const id = ids.uuid()
  for (const source of ['stripe', 'bunny', 'resend'] as const)
    expect(await inbox.reserve(event(id, { source }))).toBe('new')
  expect((await jobsOf(id)).map(({ name }) => name).sort()).toEqual(['bunny.event', 'resend.event', 'stripe.event'])
})

test('handled is stamped inside the caller’s transaction, and goes with it', async () => {
  const inbox = inboxes['one statement']!
  await inbox.reserve(event('evt_stamp'))
  const abandoned = database.db.transaction(async (db) => {
    await inbox.markProcessed(db, 'stripe', 'evt_stamp', 'settled: paid')
    throw new Error('and then it fails')
  })
  await expect(abandoned).rejects.toThrow('and then it fails')
  expect(await inbox.read('stripe', 'evt_stamp')).toMatchObject({ handledAt: null, outcome: null })
  await inbox.markFailed('stripe', 'evt_stamp', 'x'.repeat(900))
  const failed = await inbox.read('stripe', 'evt_stamp')
  expect(failed).toMatchObject({ attempts: 1, handledAt: null })
  expect(failed?.lastError).toHaveLength(500)
  expect((await inbox.list({ open: true, limit: 500 })).some(({ id }) => id === 'evt_stamp')).toBe(true)
  await inbox.markProcessed(database.db, 'stripe', 'evt_stamp', 'foreign', { forgetBody: true })
  expect(await inbox.read('stripe', 'evt_stamp')).toMatchObject({ outcome: 'foreign', raw: null, lastError: null })
})

test('a list carries no bodies: five hundred of them would fill the worker', async () => {
  const inbox = inboxes['one statement']!
  await inbox.reserve(event('evt_listed'))
  const listed = (await inbox.list({ limit: 500 })).find(({ id }) => id === 'evt_listed')
  expect(listed).toMatchObject({ type: expect.any(String), requestId: expect.any(String), handledAt: null })
  expect(listed).not.toHaveProperty('raw')
  expect((await inbox.read('stripe', 'evt_listed'))?.raw).toBeInstanceOf(Buffer)
})

test('bodies of handled deliveries go after 90 days, open ones and ids stay', async () => {
  const insert = (id: string, age: string, handled: boolean) =>
    copy.query(
      `insert into webhook_event (source, id, type, raw, received_at, handled_at)
       values ('stripe', $1, 't', '\\x7b7d', now() - $2::interval, case when $3 then now() end)`,
      [id, age, handled],
    )
  await insert('evt_old', '91 days', true)
  await insert('evt_old_too', '95 days', true)
  await insert('evt_open', '91 days', false)
  await insert('evt_young', '89 days', true)
  const inbox = inboxes['one statement']!
  const before = new Date(Date.now() - 90 * 86_400_000)
  expect(await inbox.forgetBodies(before, 1)).toBe(1)
  expect(await inbox.forgetBodies(before, 100)).toBe(1)
  expect(await inbox.forgetBodies(before, 100)).toBe(0)
  const kept = await copy.query(`select id, raw is not null as body from webhook_event where type = 't' order by id`)
  expect(kept).toEqual([
    { id: 'evt_old', body: false },
    { id: 'evt_old_too', body: false },
    { id: 'evt_open', body: true },
    { id: 'evt_young', body: true },
  ])
})
