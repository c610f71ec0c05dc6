import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { POST } from '#app/api/webhook/stripe/route.ts'
import type { Ctx } from '#ports'
import { type Counter, openCounter } from '../../kit/counter.ts'

/** The route itself, without Next around it, on a real database. */

let counter: Counter
const shared = globalThis as { werkstatt?: unknown }

beforeAll(async () => {
  counter = await openCounter()
  shared.werkstatt = { ...counter.platform, ctx: counter.ctx }
})
afterEach(() => {
  shared.werkstatt = { ...counter.platform, ctx: counter.ctx }
})
afterAll(async () => {
  shared.werkstatt = undefined
  await counter.close()
})

let count = 0
const event = (change: Record<string, unknown> = {}) => ({
  id: `evt_w${++count}`,
  object: 'event',
  type: 'checkout.session.completed',
  api_version: '2026-10-28.endive',
  livemode: false,
  data: { object: { id: 'cs_test_w', object: 'checkout.session' } },
  ...change,
})
const sign = (body: Buffer, key = 'whsec_test') => {
  const at = Math.floor(Date.now() / 1000)
  return `t=${at},v1=${createHmac('sha256', key).update(`${at}.`).update(body).digest('hex')}`
}
async function deliver(body: unknown, headers: Record<string, string> = {}) {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
  const request = new Request('http://127.0.0.1:3000/api/webhook/stripe', {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': sign(bytes), ...headers },
  })
  const response = await POST(request, {})
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const stored = (id: string) => counter.ctx.inbox.read('stripe', id)
const jobs = (id: string) => counter.database.query(`select 1 from pgboss.job where data->>'eventId' = $1`, [id])

test('a signed event is stored with its job and answered, a repeated one is a duplicate', async () => {
  const sent = event()
  expect(await deliver(sent)).toEqual({ status: 200, body: { ok: true } })
  expect(await deliver(sent)).toEqual({ status: 200, body: { ok: true, duplicate: true } })
  expect(await stored(sent.id)).toMatchObject({ objectId: 'cs_test_w', handledAt: null })
  expect(await jobs(sent.id)).toHaveLength(1)
})

test('ten parallel copies are one event and one job', async () => {
  const sent = event()
  const answers = await Promise.all(Array.from({ length: 10 }, () => deliver(sent)))
  expect(answers.every(({ status }) => status === 200)).toBe(true)
  expect(answers.filter(({ body }) => !body.duplicate)).toHaveLength(1)
  expect(await jobs(sent.id)).toHaveLength(1)
})

test('a type nobody works on is answered 200, kept as ids, and makes no work', async () => {
  const sent = event({ type: 'customer.updated', data: { object: { id: 'cus_1', email: 'fremd@example.de' } } })
  expect(await deliver(sent)).toMatchObject({ status: 200 })
  expect(await stored(sent.id)).toMatchObject({ raw: null, objectId: 'cus_1', outcome: 'ignored: type' })
  expect(await jobs(sent.id)).toHaveLength(0)
})

test('what is not from Stripe, or not readable, is 400 and stored nowhere', async () => {
  const sent = event()
  const bytes = Buffer.from(JSON.stringify(sent))
  const bad = [
    await deliver(sent, { 'stripe-signature': sign(bytes, 'whsec_other') }),
    await deliver(sent, { 'stripe-signature': '' }),
    await deliver(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes])),
    await deliver(Buffer.concat([bytes, Buffer.from([0xff])])),
    await deliver(Buffer.from('{')),
    await deliver(Buffer.alloc(0)),
    await deliver({ ...sent, object: 'v2.core.event' }),
  ]
  expect(bad.map(({ status }) => status)).toEqual(bad.map(() => 400))
  for (const { body } of bad)
    expect(body).toMatchObject({ error: { code: expect.stringMatching(/signature_invalid|payload_unusable/) } })
  expect(await stored(sent.id)).toBeNull()
})

test('too large is 413, another type 415', async () => {
  const large = event({ note: 'x'.repeat(513 * 1024) })
  expect(await deliver(large)).toMatchObject({ status: 413, body: { error: { code: 'too_large' } } })
  expect(await deliver(event(), { 'content-type': 'text/plain' })).toMatchObject({ status: 415 })
  expect(await deliver(event(), { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 })
  expect((await deliver(event({ note: 'x'.repeat(500 * 1024) }))).status).toBe(200)
})

test('without the database the answer is 500 and nothing is promised; the retry is stored', async () => {
  const sent = event()
  const { AppError } = await import('#errors')
  const away: Ctx = {
    ...counter.ctx,
    inbox: { ...counter.ctx.inbox, reserve: () => Promise.reject(new AppError('database_unavailable')) },
  }
  shared.werkstatt = { ...counter.platform, ctx: away }
  expect(await deliver(sent)).toMatchObject({ status: 500, body: { error: { code: 'internal' } } })
  shared.werkstatt = { ...counter.platform, ctx: counter.ctx }
  expect(await deliver(sent)).toEqual({ status: 200, body: { ok: true } })
})
