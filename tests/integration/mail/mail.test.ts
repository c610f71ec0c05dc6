import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { getLetter } from '#domain/mail/getLetter.ts'
import { letterStateOf } from '#domain/mail/letterStateOf.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import { retryLetter } from '#domain/mail/retryLetter.ts'
import { sendLetter } from '#domain/mail/sendLetter.ts'
import { sweepLetters } from '#domain/mail/sweepLetters.ts'
import { createMailer } from '#libs/resend.ts'
import type { Ctx } from '#ports'
import { caughtJobs } from '../../kit/caughtJobs.ts'
import { openDoor } from '../../kit/door.ts'
import { claimTcpPort } from '../../kit/tcpPorts.ts'
import { until } from '../../kit/until.ts'
import { openWorld, type World } from '../../kit/world.ts'

let world: World
let server: Server
let browse: ReturnType<typeof openDoor>
/** A context whose jobs go nowhere: the test itself is the worker. */
let alone: Ctx
const jobs: { name: string; startAfter?: Date }[] = []
let count = 0
const hours = (n: number) => n * 3_600_000

const order = {
  name: 'Max Muster',
  number: 'W-2026-0117',
  productName: 'Die Produktivitäts-Werkstatt',
  amountTotal: 34_900,
  amountRefunded: 0,
  currency: 'eur',
  orderedAt: '2026-11-22T13:00:00.000Z',
}

/** The shop's door for the emulator's deliveries, on the port it rings. */
function openPort(port: number): Promise<Server> {
  const opened = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
    const answer = await browse().send('POST', incoming.url ?? '/', Buffer.concat(chunks), headers)
    outgoing.writeHead(answer.status).end(answer.text)
  })
  return new Promise((resolve) => opened.listen(port, '127.0.0.1', () => resolve(opened)))
}

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'worker'] })
  browse = openDoor(world.platform, { '/api/webhook/resend': () => import('#app/api/webhook/resend/route.ts') })
  server = await openPort(world.platform.config.port)
  alone = {
    ...world.ctx,
    jobs: caughtJobs(world.ctx.jobs, async (_db, name, _data, options) => void jobs.push({ name, ...options })),
  }
})
beforeEach(async () => {
  jobs.length = 0
  await world.clearFaults('resend')
})
afterAll(async () => {
  server?.close()
  await world?.close()
})

/** Resend's word about its mails is lost, so that only the repeat can find out. */
const deaf = () => world.fault('resend', { kind: 'drop' })
/** Rings the shop as Resend would, also late. */
const ring = async (mailId: string | null, state: string) => {
  const answer = await fetch(`${world.urls.resend}/_events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mailId, state }),
  })
  expect(answer.ok).toBe(true)
}

/** A context whose Resend does not listen. */
async function nobody(): Promise<Ctx> {
  const config = { ...world.platform.config.resend, baseUrl: `http://127.0.0.1:${await claimTcpPort()}` }
  return { ...alone, mailer: createMailer(config, world.ctx.log) }
}

const newLetter = (change: { to?: string; uniqueKey?: string; dropAfter?: Date } = {}) => ({
  kind: 'payment_pending' as const,
  uniqueKey: `test:${++count}`,
  to: `brief${count}@example.de`,
  inputs: order,
  ...change,
})
const byHand = () => ({ actor: 'cli', key: world.ctx.ids.uuid() })
const queueAlone = (change = {}, ctx = alone) => queueLetter(ctx, newLetter(change))
const row = async (id: string) => (await getLetter(world.ctx, id))!.letter
const inbox = async (id: string) => (await world.mails('@example.de')).filter((mail) => mail.idempotencyKey === id)
const reaches = (id: string, state: string) =>
  until(`letter ${state}`, async () => {
    const letter = await row(id)
    return letter.state === state ? letter : null
  })

test('a letter goes from the outbox through worker, Resend and webhook to „delivered“', async () => {
  const purchaseId = world.ctx.ids.uuid()
  const id = await queueLetter(world.ctx, { ...newLetter(), purchaseId })
  const letter = await reaches(id, 'delivered')
  expect(letter).toMatchObject({ attempts: 1, reason: null, ambiguousAt: null })
  expect(letter.handedOverAt).toBeInstanceOf(Date)
  expect(letter.deliveredAt).toBeInstanceOf(Date)
  expect(await inbox(id)).toHaveLength(1)
  const state = await letterStateOf(world.ctx, { purchaseId, kind: 'payment_pending' })
  expect(state).toMatchObject({ state: 'delivered', reason: null })
})

test('a letter is written with its cause or not at all', async () => {
  let id = ''
  const failing = world.ctx.db.transaction(async (db) => {
    id = await queueLetter({ ...world.ctx, db }, newLetter())
    throw new Error('the cause failed')
  })
  await expect(failing).rejects.toThrow('the cause failed')
  expect(await getLetter(world.ctx, id)).toBeNull()
})

test('one cause, ten callers, one letter', async () => {
  const letter = newLetter()
  const ids = await Promise.all(Array.from({ length: 10 }, () => queueLetter(world.ctx, letter)))
  expect(new Set(ids).size).toBe(1)
  await reaches(ids[0] ?? '', 'delivered')
  expect(await inbox(ids[0] ?? '')).toHaveLength(1)
})

test('ten workers at one letter send it once', async () => {
  const id = await queueAlone()
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => sendLetter(alone, id)))
  expect(outcomes.some((outcome) => outcome.status === 'fulfilled')).toBe(true)
  expect(await inbox(id)).toHaveLength(1)
})

test.each([
  ['the connection breaks after Resend accepted', { kind: 'reset', when: 'after' }],
  ['the answer is cut', { kind: 'cut' }],
  ['Resend fails after it accepted', { kind: 'status', status: 500, when: 'after' }],
])('%s: the repeat has the same key and bytes, one mail arrives', async (_, fault) => {
  await deaf()
  const id = await queueAlone()
  await world.fault('resend', { ...fault, times: 1 })
  await expect(sendLetter(alone, id)).rejects.toMatchObject({ name: 'OutsideError', ambiguous: true })
  const after = await row(id)
  expect(after).toMatchObject({ state: 'queued', attempts: 1 })
  expect(after.ambiguousAt).toBeInstanceOf(Date)
  expect(after.reason).toContain('von selbst weiter')
  expect(await sendLetter(alone, id)).toMatchObject({ outcome: 'handed_over' })
  expect(await inbox(id)).toHaveLength(1)
})

test('killed between „accepted“ and „stored“: the next worker finishes, one mail arrives', async () => {
  await deaf()
  const id = await queueAlone()
  const dying: Ctx = {
    ...alone,
    crashPoint: (name) => {
      if (name === 'mail.after-accept') throw new Error('kill -9')
    },
  }
  await expect(sendLetter(dying, id)).rejects.toThrow('kill -9')
  expect((await row(id)).ambiguousAt).toBeInstanceOf(Date)
  expect(await sendLetter(alone, id)).toMatchObject({ outcome: 'handed_over' })
  expect(await inbox(id)).toHaveLength(1)
})

test('a silent Resend is left after ten seconds, and that is ambiguous', async () => {
  const id = await queueAlone()
  await world.fault('resend', { kind: 'hang', times: 1 })
  const began = Date.now()
  await expect(sendLetter(alone, id)).rejects.toMatchObject({ failure: 'timeout', ambiguous: true })
  expect(Date.now() - began).toBeLessThan(60_000)
  expect(Date.now() - began).toBeGreaterThan(9_000)
})

test.each([
  ['a full rate window', { kind: 'status', status: 429, retryAfter: 1 }, 'rate_limited'],
  ['a closed shop', { kind: 'status', status: 503 }, 'refused'],
])('%s is a definite refusal: the 23 hours do not start', async (_, fault, failure) => {
  const id = await queueAlone()
  await world.fault('resend', { ...fault, times: 1 })
  await expect(sendLetter(alone, id)).rejects.toMatchObject({ failure, ambiguous: false })
  expect(await row(id)).toMatchObject({ state: 'queued', ambiguousAt: null })
  expect(await sendLetter(alone, id)).toMatchObject({ outcome: 'handed_over' })
})

test('nobody listening is a definite refusal, and after five the circuit opens', async () => {
  const ctx = await nobody()
  const id = await queueAlone()
  for (let i = 0; i < 5; i++)
    await expect(sendLetter(ctx, id)).rejects.toMatchObject({ failure: 'refused', ambiguous: false })
  await expect(sendLetter(ctx, id)).rejects.toMatchObject({ failure: 'circuit_open', ambiguous: false })
  expect(await row(id)).toMatchObject({ state: 'queued', ambiguousAt: null, attempts: 6 })
})

test('a definite refusal does not stop a clock that was already running', async () => {
  await deaf()
  const id = await queueAlone()
  await world.fault('resend', { kind: 'reset', when: 'after', times: 1 })
  await expect(sendLetter(alone, id)).rejects.toMatchObject({ ambiguous: true })
  const { ambiguousAt } = await row(id)
  await expect(sendLetter(await nobody(), id)).rejects.toMatchObject({ ambiguous: false })
  expect((await row(id)).ambiguousAt).toEqual(ambiguousAt)
})

test('23 hours after an ambiguous attempt nothing is sent blindly; evidence still counts', async () => {
  await deaf()
  const id = await queueAlone()
  await world.fault('resend', { kind: 'reset', when: 'after', times: 1 })
  await expect(sendLetter(alone, id)).rejects.toMatchObject({ ambiguous: true })
  const tomorrow = { ...alone, clock: { now: () => new Date(Date.now() + hours(23) + 1000) } }
  expect(await sendLetter(tomorrow, id)).toEqual({ outcome: 'unknown' })
  expect((await row(id)).reason).toContain('von Hand')
  const [mail, ...more] = await inbox(id)
  expect(more).toEqual([])
  await world.clearFaults('resend')
  await ring((mail as unknown as { id: string }).id, 'delivered')
  expect((await reaches(id, 'delivered')).reason).toBeNull()
})

test('a used-up quota parks the letter with its reason, and another try gets through', async () => {
  const id = await queueAlone()
  jobs.length = 0
  await world.fault('resend', { kind: 'status', status: 429, code: 'daily_quota_exceeded', times: 1 })
  expect(await sendLetter(alone, id)).toEqual({ outcome: 'parked' })
  const letter = await row(id)
  expect(letter.state).toBe('parked')
  expect(letter.reason).toContain('Kontingent')
  expect(letter.parkedFor).toBe('mail_quota')
  expect(jobs).toEqual([])
  expect(await sendLetter(alone, id)).toMatchObject({ outcome: 'handed_over' })
})

test('an unconfirmed sender parks the letter until a person sends it on', async () => {
  const wrong = { ...alone, settings: { ...alone.settings, mailFrom: 'Kurs <kurs@unbestaetigt.test>' } }
  const id = await queueAlone({}, wrong)
  jobs.length = 0
  expect(await sendLetter(wrong, id)).toEqual({ outcome: 'parked' })
  expect((await row(id)).reason).toContain('Absender ist nicht bestätigt')
  expect(jobs).toEqual([])
  await retryLetter(alone, { letterId: id, ...byHand() })
  expect(await row(id)).toMatchObject({ state: 'queued', reason: null })
  expect(jobs).toHaveLength(1)
})

test('a letter that was handed over cannot be driven again', async () => {
  const id = await queueAlone()
  await sendLetter(alone, id)
  await expect(retryLetter(alone, { letterId: id, ...byHand() })).rejects.toMatchObject({ code: 'conflict' })
  expect(await sendLetter(alone, id)).toEqual({ outcome: 'already_done' })
})

test('a login letter that waited too long is dropped', async () => {
  // By the clock that sendLetter asks, which follows the database's: this machine's may be milliseconds ahead of it.
  const id = await queueAlone({ dropAfter: new Date(alone.clock.now().getTime() - 1) })
  expect(await sendLetter(alone, id)).toEqual({ outcome: 'dropped' })
  expect(await inbox(id)).toHaveLength(0)
})

test('the same key with other bytes means it is already with them', async () => {
  await deaf()
  const id = await queueAlone()
  await sendLetter(alone, id)
  await world.database.query(
    `update letter set state = 'queued', inputs = jsonb_set(inputs, '{data,number}', '"W-2026-9999"') where id = $1`,
    [id],
  )
  expect(await sendLetter(alone, id)).toMatchObject({ outcome: 'handed_over' })
  expect(await inbox(id)).toHaveLength(1)
})

test('a changed setting does not change the bytes of a queued letter', async () => {
  await deaf()
  const id = await queueAlone()
  await world.fault('resend', { kind: 'reset', when: 'after', times: 1 })
  await expect(sendLetter(alone, id)).rejects.toMatchObject({ ambiguous: true })
  const settings = { ...alone.settings, mailFrom: 'Neu <neu@localhost.test>', siteUrl: 'https://neu.example' }
  const { email: _, ...rest } = alone.settings.operator
  const changed = { ...alone, settings: { ...settings, operator: { ...rest, email: 'neu@example.de' } } }
  expect(await sendLetter(changed, id)).toMatchObject({ outcome: 'handed_over' })
  // An id: the stored answer of the first attempt, not „same key, other bytes“.
  expect((await row(id)).providerId).toMatch(/^[0-9a-f-]{36}$/)
  expect(await inbox(id)).toHaveLength(1)
})

test.each([
  ['weg', 'bounced', 'gibt es nicht'],
  ['voll', 'bounced', 'voll'],
  ['gesperrt', 'suppressed', 'Sperrliste'],
  ['beschwerde', 'complained', 'Spam'],
])('%s@… ends as %s with a reason to act on', async (local, state, reason) => {
  const id = await queueLetter(world.ctx, newLetter({ to: `${local}.${++count}@example.de` }))
  expect((await reaches(id, state)).reason).toContain(reason)
})

test('tripled, shuffled and late events end in the same state', async () => {
  await world.fault('resend', { kind: 'duplicate', copies: 3, times: 3 })
  await world.fault('resend', { kind: 'reorder', ms: 300, times: 3 })
  const id = await queueLetter(world.ctx, newLetter())
  const letter = await reaches(id, 'delivered')
  await ring(letter.providerId, 'sent')
  const events = () => world.database.query('select handled_at, outcome from webhook_event where object_id = $1', [id])
  await until('all events handled', async () => {
    const rows = await events()
    return rows.length >= 3 && rows.every((event) => event.handled_at)
  })
  expect((await row(id)).state).toBe('delivered')
})

test('forged, stale and unsigned webhooks are refused and leave nothing', async () => {
  const path = '/api/webhook/resend'
  const secret = Buffer.from(world.secrets.resendWebhook.replace('whsec_', ''), 'base64')
  const body = JSON.stringify({ type: 'email.delivered', created_at: new Date().toISOString(), data: {} })
  const signed = (id: string, at: number, key = secret) => ({
    'svix-id': id,
    'svix-timestamp': String(at),
    'svix-signature': `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`,
  })
  const now = Math.floor(Date.now() / 1000)
  const knock = (headers: Record<string, string>, bytes = body) => browse().send('POST', path, bytes, headers)
  expect((await knock({})).status).toBe(400)
  expect((await knock(signed('msg_a', now, Buffer.from('wrong')))).status).toBe(400)
  const codeOf = async (answer: ReturnType<typeof knock>) =>
    ((await answer).json() as { error: { code: string } }).error.code
  expect(await codeOf(knock(signed('msg_a', now - 360)))).toBe('signature_time')
  expect(await codeOf(knock(signed('msg_a', now + 360)))).toBe('signature_time')
  expect(await codeOf(knock(signed('msg_a', now - 360, Buffer.from('wrong'))))).toBe('signature_invalid')
  expect((await knock(signed('msg_a', now), `${body} `)).status).toBe(400)
  expect((await knock(signed('msg_a', now), `x${'y'.repeat(600_000)}`)).status).toBe(413)
  expect(await world.database.query(`select 1 from webhook_event where id = 'msg_a'`)).toEqual([])
  expect((await knock(signed('msg_a', now))).json()).toEqual({ ok: true })
  expect((await knock(signed('msg_a', now))).json()).toEqual({ ok: true, duplicate: true })
})

test('a report whose reason no row can hold raises its letter all the same', async () => {
  const id = await queueLetter(world.ctx, newLetter())
  await reaches(id, 'delivered')
  const raw = Buffer.from(
    JSON.stringify({
      type: 'email.bounced',
      created_at: new Date().toISOString(),
      data: { email_id: 'a\u0000', tags: { letter_id: id }, bounce: { type: 'Permanent', subType: 'odd\u0000\ud800' } },
    }),
  )
  const event = { source: 'resend', id: 'msg_nul', type: 'email.bounced', objectId: id, livemode: false } as const
  await world.ctx.inbox.reserve({ ...event, apiVersion: null, raw, requestId: 'nul' })
  await reaches(id, 'bounced')
})

test('without a secret the door stays shut', () => {
  const mailer = createMailer({ ...world.platform.config.resend, webhookSecret: null }, world.ctx.log)
  const headers = new Headers({ 'svix-id': 'a', 'svix-timestamp': '1', 'svix-signature': 'v1,x' })
  expect(() => mailer.readEvent(Buffer.from('{}'), headers)).toThrow(
    expect.objectContaining({ code: 'signature_invalid' }),
  )
})

test('a letter whose job waits for its next try gets no second one, however often the sweeper comes', async () => {
  const id = await queueAlone()
  await world.database.query(`update letter set created_at = now() - interval '10 minutes' where id = $1`, [id])
  const { ctx } = world
  const job = { letterId: id, requestId: 'test-request' }
  await ctx.jobs.send(ctx.db, 'letter.send', job, { startAfter: new Date(Date.now() + 3_600_000) })
  await sweepLetters(ctx)
  const jobs = await world.database.query(`select 1 from pgboss.job where data->>'letterId' = $1`, [id])
  expect(jobs).toHaveLength(1)
})

test('a letter that lost its job gets a new one', async () => {
  const id = await queueAlone()
  await world.database.query(`update letter set created_at = now() - interval '10 minutes' where id = $1`, [id])
  expect((await sweepLetters(world.ctx)).redriven).toBeGreaterThan(0)
  await reaches(id, 'delivered')
})
