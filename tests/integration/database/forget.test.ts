import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgetLogins } from '#domain/access/forgetLogins.ts'
import { forgetDrafts } from '#domain/sales/checkout/forgetDrafts.ts'
import { type Counter, openCounter } from '../../kit/counter.ts'

/** Rows past their time are deleted, a bounded number at once, and no others. */
let counter: Counter
const personId = '00000000-0000-4000-8000-000000000001'
const all = async (table: string, column = 'id') =>
  (await counter.database.query<{ x: string }>(`select ${column}::text as x from ${table} order by 1`)).map(
    ({ x }) => x,
  )
const sql = (text: string, values: unknown[] = []) => counter.database.query(text, values)

beforeAll(async () => {
  counter = await openCounter()
  await sql(
    `insert into person (id, email_normal, email_raw, created_by) values ($1, 'a@example.de', 'a@example.de', 'test')`,
    [personId],
  )
})
afterAll(() => counter.close())

test('bodies of handled deliveries go after 90 days, open ones and ids stay', async () => {
  const insert = (id: string, age: string, handled: boolean) =>
    sql(
      `insert into webhook_event (source, id, type, raw, received_at, handled_at)
       values ('stripe', $1, 't', '\\x7b7d', now() - $2::interval, case when $3 then now() end)`,
      [id, age, handled],
    )
  await insert('evt_old', '91 days', true)
  await insert('evt_old_too', '95 days', true)
  await insert('evt_open', '91 days', false)
  await insert('evt_young', '89 days', true)
  const before = new Date(Date.now() - 90 * 86_400_000)
  expect(await counter.ctx.inbox.forgetBodies(before, 1)).toBe(1)
  expect(await counter.ctx.inbox.forgetBodies(before, 100)).toBe(1)
  expect(await counter.ctx.inbox.forgetBodies(before, 100)).toBe(0)
  expect(await all('webhook_event where raw is not null')).toEqual(['evt_open', 'evt_young'])
  expect(await all('webhook_event')).toHaveLength(4)
})

test('sessions go 90 days after their end, login links after 30, welcome links after 400', async () => {
  const session = (expires: string, revoked: string | null) =>
    sql(
      `insert into session (id, person_id, kind, person_version, device, expires_at, revoked_at, last_seen_at)
       values (gen_random_uuid(), $1, 'proven', 1, 'Gerät', now() + $2::interval, now() + $3::interval, now())`,
      [personId, expires, revoked],
    )
  await session('-91 days', null)
  await session('10 days', '-91 days')
  await session('-89 days', null)
  await session('10 days', null)
  const token = (name: string, purpose: string, expired: string) =>
    sql(
      `insert into login_token (id, person_id, purpose, token_hash, expires_at)
       values (gen_random_uuid(), $1, $2, $3, now() - $4::interval)`,
      [personId, purpose, name, expired],
    )
  await token('login-old', 'login', '31 days')
  await token('login-young', 'login', '29 days')
  await token('welcome-old', 'welcome', '401 days')
  await token('welcome-month', 'welcome', '31 days')
  expect(await forgetLogins(counter.ctx, 100)).toBe(4)
  expect(await all('session')).toHaveLength(2)
  expect(await all('login_token', 'token_hash')).toEqual(['login-young', 'welcome-month'])
})

test('a draft that became nothing goes after 30 days; one with a session or a purchase stays', async () => {
  const draft = (id: number, sessionId: string | null, age: string) =>
    sql(
      `insert into order_draft (id, params_hash, product_type, shown_amount, currency, consent_text_version, terms_version, request_id, session_id, created_at)
       values ($1, 'h', 'kurs', 1, 'eur', '1', '1', 'r', $2, now() - $3::interval)`,
      [`00000000-0000-4000-8000-00000000010${id}`, sessionId, age],
    )
  await draft(1, null, '31 days')
  await draft(2, 'cs_known', '31 days')
  await draft(3, null, '29 days')
  await draft(4, null, '31 days')
  await sql(
    `insert into purchase (id, session_id, order_id, state, payment_status, livemode)
     values (gen_random_uuid(), 'cs_lost', '00000000-0000-4000-8000-000000000104', 'paid', 'paid', false)`,
  )
  expect(await forgetDrafts(counter.ctx, 100)).toBe(1)
  expect((await all('order_draft')).map((id) => id.at(-1))).toEqual(['2', '3', '4'])
})

test('steps of the flow view go after 30 days, so many at once', async () => {
  for (const age of ['40 days', '31 days', '29 days'])
    await sql(
      `insert into flow_step (trace_id, span_id, at, from_lane, to_lane, name, outcome) values ('t', 's', now() - $1::interval, 'web', 'stripe', 'n', 'ok')`,
      [age],
    )
  const before = new Date(Date.now() - 30 * 86_400_000)
  expect(await counter.ctx.flow.forget(counter.ctx.db, before, 1)).toBe(1)
  expect(await counter.ctx.flow.forget(counter.ctx.db, before, 10)).toBe(1)
  expect(await all('flow_step')).toHaveLength(1)
})
