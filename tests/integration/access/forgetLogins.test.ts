import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgetLogins } from '#domain/access/forgetLogins.ts'
import { type Counter, openCounter } from '../../kit/counter.ts'

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
