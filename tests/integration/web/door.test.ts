import { createHmac, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { knock } from '../../kit/raw.ts'
import { until } from '../../kit/until.ts'
import { openWorld, readLog, type World } from '../../kit/world.ts'

/** Stripe's door as the network meets it: the real web process, raw requests, two secrets while one is being rolled. */

const PREVIOUS = 'whsec_the_secret_before_this_one'
const path = '/api/webhook/stripe'
let world: World

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'web'], env: { STRIPE_WEBHOOK_SECRET_PREVIOUS: PREVIOUS } })
})
afterAll(() => world?.close())

function event(change: Record<string, unknown> = {}) {
  const id = `evt_door_${randomUUID().replaceAll('-', '')}`
  const object = { id: `cs_test_${id}`, object: 'checkout.session' }
  const type = 'checkout.session.completed'
  return { id, object: 'event', type, api_version: '2026-10-28.endive', livemode: false, data: { object }, ...change }
}

const nowInSeconds = () => Math.floor(Date.now() / 1000)
function mac(body: Buffer | string, secret = world.secrets.stripeWebhook, at = nowInSeconds()): string {
  return createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')
}
function signed(body: Buffer | string, secret = world.secrets.stripeWebhook, at = nowInSeconds()): string {
  return `t=${at},v1=${mac(body, secret, at)}`
}
const deliver = (body: Buffer | string, signature?: string, more: Record<string, string> = {}) =>
  knock(world.url, 'POST', path, {
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(signature === undefined ? {} : { 'stripe-signature': signature }),
      ...more,
    },
  })
const stored = async (id: string) =>
  (await world.database.query<{ n: number }>('select count(*)::int as n from webhook_event where id = $1', [id]))[0]?.n

test('row 27: a missing, empty, foreign, old-scheme or cut signature is 400, stores nothing, shows no stack', async () => {
  const sent = event()
  const body = JSON.stringify(sent)
  const good = signed(body)
  const at = nowInSeconds()
  const signatures = {
    missing: undefined,
    empty: '',
    'only v0': `t=${at},v0=${mac(body)}`,
    'another secret': signed(body, 'whsec_somebody_else'),
    cut: good.slice(0, -8),
    'no time': good.replace(/^t=\d+,/, ''),
    words: 'nonsense',
  }
  for (const [name, signature] of Object.entries(signatures)) {
    const answer = await deliver(body, signature)
    expect([name, answer.status, answer.error?.code]).toEqual([name, 400, 'signature_invalid'])
    expect(answer.text).not.toMatch(/\bat .*\.(ts|js|mjs)\b|node_modules|Error:/)
  }
  expect(await stored(sent.id)).toBe(0)
  expect((await deliver(body, good)).status).toBe(200)
  expect(await stored(sent.id)).toBe(1)
})

test('what a stranger sends is refused, counted, and rings nothing', async () => {
  await deliver('{}')
  await deliver('{"email":"mara@example.de"}', 't=1,v1=00')
  const counted = await until('the count is written', async () => {
    const rows = await world.ctx.refusedDeliveries.list(world.ctx.db, { days: 1, source: 'stripe' })
    return rows.find(({ reason }) => reason === 'signature_invalid')
  })
  expect(counted.times).toBeGreaterThan(0)
  expect(await world.ctx.alarms.open(world.ctx.db)).toEqual([])
})

test.each([
  ['old', -360, /6 Minuten zurück/],
  ['early', 3_600, /60 Minuten nach vorn/],
] as const)(
  'a true delivery that is too %s says that a clock is wrong, and does not blame the secret',
  async (_, off, words) => {
    const sent = event()
    const body = JSON.stringify(sent)
    const answer = await deliver(body, signed(body, undefined, nowInSeconds() + off))
    expect([answer.status, answer.error?.code]).toEqual([400, 'signature_time'])
    expect(await stored(sent.id)).toBe(0)
    const alarm = await until('the alarm is written', async () =>
      (await world.ctx.alarms.open(world.ctx.db)).find(({ cause }) => cause === 'webhook_clock_stripe'),
    )
    expect(alarm.message).toMatch(words)
    expect(alarm.message).not.toContain('STRIPE_WEBHOOK_SECRET')
    await world.ctx.alarms.clear(world.ctx.db, 'webhook_clock_stripe')
  },
)

test('row 28: during a rotation both secrets open the door, also when both have signed', async () => {
  const [old, both] = [event(), event()]
  const [oldBody, bothBody] = [JSON.stringify(old), JSON.stringify(both)]
  expect((await deliver(oldBody, signed(oldBody, PREVIOUS))).status).toBe(200)
  const twice = `${signed(bothBody, PREVIOUS)},v1=${mac(bothBody)}`
  expect((await deliver(bothBody, twice)).status).toBe(200)
  expect([await stored(old.id), await stored(both.id)]).toEqual([1, 1])
})

test('row 30: any other byte than the signed ones is 400', async () => {
  const sent = event({ note: 'Zeile\nund Umlaut ä' })
  const body = Buffer.from(JSON.stringify(sent, null, 2))
  const signature = signed(body)
  const flipped = Buffer.from(body)
  flipped[20] = flipped[20]! ^ 1
  const others = {
    'serialised again': Buffer.from(JSON.stringify(sent)),
    'a BOM in front': Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
    'other line ends': Buffer.from(body.toString().replaceAll('\n', '\r\n')),
    'a flipped bit': flipped,
    'one byte more': Buffer.concat([body, Buffer.from(' ')]),
    'one byte less': body.subarray(0, -1),
  }
  for (const [name, bytes] of Object.entries(others))
    expect([name, (await deliver(bytes, signature)).status]).toEqual([name, 400])
  const withBom = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body])
  expect((await deliver(withBom, signed(withBom))).error?.code).toBe('payload_unusable')
  expect(await stored(sent.id)).toBe(0)
})

test('row 30: signed but no event is 400: thin events, lists, text', async () => {
  for (const body of ['[]', 'null', '"evt_1"', '{"object":"event"}', '{', '{"object":"v2.core.event","id":"evt_1"}']) {
    const answer = await deliver(body, signed(body))
    expect([body, answer.status, answer.error?.code]).toEqual([body, 400, 'payload_unusable'])
  }
})

test('row 32: too much is 413, packed is 415, other methods are 405, none of them hangs', async () => {
  const huge = JSON.stringify(event({ note: 'x'.repeat(5 * 1024 * 1024) }))
  const packed = gzipSync(JSON.stringify(event()))
  const began = performance.now()
  const chunked = { 'content-type': 'application/json', 'stripe-signature': signed(huge) }
  const answers = [
    await deliver(huge, signed(huge)),
    await knock(world.url, 'POST', path, { body: huge, chunked: true, headers: chunked }),
    await deliver(packed, signed(packed), { 'content-encoding': 'gzip' }),
    await deliver('a=b', signed('a=b'), { 'content-type': 'application/x-www-form-urlencoded' }),
    await knock(world.url, 'GET', path),
    await knock(world.url, 'PUT', path, { body: '{}', headers: { 'content-type': 'application/json' } }),
    await knock(world.url, 'DELETE', path),
  ]
  expect(answers.map(({ status }) => status)).toEqual([413, 413, 415, 415, 405, 405, 405])
  expect(performance.now() - began).toBeLessThan(60_000)
})

const residentBytes = (pid: number) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

test.runIf(process.platform === 'linux')(
  'row 32: two hundred bodies of 5 MB, announced or not, leave the memory flat',
  async () => {
    const huge = Buffer.alloc(5 * 1024 * 1024, 'x')
    const headers = { 'content-type': 'application/json', 'stripe-signature': 't=1,v1=00' }
    const round = async (count: number) => {
      for (let sent = 0; sent < count; sent += 10)
        await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            knock(world.url, 'POST', path, { body: huge, chunked: index % 2 === 0, headers }),
          ),
        )
    }
    await round(40)
    const before = residentBytes(world.part('web').pid)
    await round(200)
    const grown = residentBytes(world.part('web').pid) - before
    // A gigabyte went past; kept bodies would show.
    expect(grown).toBeLessThan(120 * 1024 * 1024)
  },
  60_000,
)

test('other versions, unknown types, strange fields: stored, 200', async () => {
  const events = [
    event({ api_version: '2019-01-01' }),
    event({ api_version: null }),
    event({ type: 'checkout.session.invented_later' }),
    event({ more: { of: ['what', 'comes'] }, data: {} }),
    event({ data: { object: { id: 'cs_1', object: 'checkout.session', status: 'teleported' } } }),
  ]
  for (const one of events) {
    const body = JSON.stringify(one)
    expect((await deliver(body, signed(body))).status).toBe(200)
    expect(await stored(one.id)).toBe(1)
  }
})

test('no secret, signature or body stands in the log of all this', () => {
  const log = readLog(world, 'web')
  for (const secret of [world.secrets.stripeWebhook, PREVIOUS, 'v1=', 'mara@example.de'])
    expect(log).not.toContain(secret)
})
