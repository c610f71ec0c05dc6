import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { resendLetter } from '#domain/access/resendLetter.ts'
import { closeLetter } from '#domain/mail/closeLetter.ts'
import { countStuck } from '#domain/mail/countStuck.ts'
import { getLetter } from '#domain/mail/getLetter.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import { recordMailEvent } from '#domain/mail/recordMailEvent.ts'
import { retryLetter } from '#domain/mail/retryLetter.ts'
import { retryParked } from '#domain/mail/retryParked.ts'
import { sendLetter } from '#domain/mail/sendLetter.ts'
import { sweepLetters } from '#domain/mail/sweepLetters.ts'
import { openCauses } from '#domain/operator/openCauses.ts'
import { OutsideError } from '#errors'
import { createMailer } from '#libs/resend.ts'
import type { Ctx, LetterKind } from '#ports'
import { caughtJobs } from '../../kit/caughtJobs.ts'
import { openDoor } from '../../kit/door.ts'
import { until } from '../../kit/until.ts'
import { openWorld, type World } from '../../kit/world.ts'

/**
 * The rows of the torture list that speak of mail. The test is the worker and decides when a letter goes; jobs are only
 * noted, so that every repeat seen here is one that somebody asked for.
 */

let world: World
let ctx: Ctx
const jobs: { letterId: string }[] = []
let count = 0
const hours = (n: number) => n * 3_600_000
const later = (ms: number): Ctx => ({ ...ctx, clock: { now: () => new Date(Date.now() + ms) } })
const byHand = () => ({ actor: 'cli', key: ctx.ids.uuid() })

const order = {
  name: 'Max Muster',
  number: 'W-2026-0117',
  productName: 'Die Produktivitäts-Werkstatt',
  amountTotal: 34_900,
  amountRefunded: 0,
  currency: 'eur',
  orderedAt: '2026-11-22T13:00:00.000Z',
}

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators'] })
  const note = async (_db: unknown, name: string, data: object) =>
    void (name === 'letter.send' && jobs.push(data as { letterId: string }))
  ctx = { ...world.ctx, jobs: caughtJobs(world.ctx.jobs, note as Ctx['jobs']['send']) }
  // Nobody listens where Resend rings: what a letter became is told by the test alone.
  await world.fault('resend', { kind: 'drop' })
})
beforeEach(async () => {
  await world.clearFaults('resend')
  await world.fault('resend', { kind: 'drop' })
  await world.database.query(
    `update letter set state = 'dropped', closed_at = now() where state in ('queued', 'parked')`,
  )
  await world.database.query('delete from alarm')
  jobs.length = 0
})
afterAll(() => world?.close())

const queue = async (change: Partial<Parameters<typeof queueLetter>[1]> = {}, inside = ctx) => {
  const id = await queueLetter(inside, {
    kind: 'payment_pending',
    uniqueKey: `row:${++count}`,
    to: `zeile${count}@example.de`,
    inputs: order,
    ...change,
  })
  jobs.length = 0
  return id
}
/** About money that went back, so about an order that was paid. */
const ofPaid = { kind: 'refund' as const, inputs: { ...order, refundAmount: 34_900, accessEnds: true } }
const row = async (id: string) => (await getLetter(ctx, id))!.letter
const accepted = async (id: string) =>
  (await world.mails('@example.de')).filter((mail) => mail.idempotencyKey?.startsWith(id))
const alarms = async () => (await ctx.alarms.open(ctx.db)).map(({ cause, times }) => `${cause} ${times}`)
const asNew = (inside: Ctx = ctx): Ctx => ({ ...inside, mailer: createMailer(world.platform.config.resend, ctx.log) })

// ── 45: Resend does not answer as it should ──────────────────────────────────────────────────────

test.each([
  ['429 rate', { kind: 'status', status: 429, retryAfter: 1 }, { failure: 'rate_limited', ambiguous: false }],
  ['500', { kind: 'status', status: 500 }, { failure: 'bad_answer', ambiguous: true }],
  ['500 after it accepted', { kind: 'status', status: 500, when: 'after' }, { failure: 'bad_answer', ambiguous: true }],
  ['503', { kind: 'status', status: 503 }, { failure: 'refused', ambiguous: false }],
  ['502 as HTML', { kind: 'status', status: 502, code: 'html' }, { failure: 'bad_answer', ambiguous: true }],
  ['ECONNRESET', { kind: 'reset' }, { failure: 'bad_answer', ambiguous: true }],
  ['ECONNRESET after it accepted', { kind: 'reset', when: 'after' }, { failure: 'bad_answer', ambiguous: true }],
  ['200 with broken JSON', { kind: 'cut' }, { failure: 'bad_answer', ambiguous: true }],
  [
    'hangs 60 s after it accepted',
    { kind: 'hang', ms: 60_000, when: 'after' },
    { failure: 'timeout', ambiguous: true },
  ],
])(
  'row 45: %s: named, repeated under the same key, one mail',
  async (_, fault, failure) => {
    const id = await queue()
    await world.fault('resend', { ...fault, times: 1 })
    const began = Date.now()
    await expect(sendLetter(asNew(), id)).rejects.toMatchObject(failure)
    expect(Date.now() - began).toBeLessThan(50_000)
    const after = await row(id)
    expect(after).toMatchObject({ state: 'queued', attempts: 1, parkedFor: null })
    expect(after.ambiguousAt !== null).toBe(failure.ambiguous)
    expect(await sendLetter(asNew(), id)).toMatchObject({ outcome: 'handed_over' })
    const mails = await accepted(id)
    expect(mails).toHaveLength(1)
    expect(mails[0]?.idempotencyKey).toBe(id)
    expect(await alarms()).toEqual([])
  },
  30_000,
)

test.each(['daily_quota_exceeded', 'monthly_quota_exceeded'])(
  'row 45: %s: parked with an alarm, one tries each hour, and when it gets through all go on',
  async (code) => {
    const ids = [await queue(), await queue(), await queue()]
    await world.fault('resend', { kind: 'status', status: 429, code })
    for (const id of ids) expect(await sendLetter(ctx, id)).toEqual({ outcome: 'parked' })
    expect(await row(ids[0] ?? '')).toMatchObject({ state: 'parked', parkedFor: 'mail_quota', ambiguousAt: null })
    expect(await alarms()).toEqual(['mail_quota 1'])
    // Parked letters need no job, so none can get lost: the sweeper finds them by their rows.
    await sweepLetters(ctx)
    expect(jobs).toEqual([])
    await sweepLetters(later(hours(1.1)))
    expect(jobs.map(({ letterId }) => letterId)).toEqual([ids[0]])
    expect(await sendLetter(ctx, ids[0] ?? '')).toEqual({ outcome: 'parked' })
    await world.clearFaults('resend')
    jobs.length = 0
    expect(await sendLetter(ctx, ids[0] ?? '')).toMatchObject({ outcome: 'handed_over' })
    expect(jobs.map(({ letterId }) => letterId).sort()).toEqual([ids[1], ids[2]].sort())
    expect(await row(ids[1] ?? '')).toMatchObject({ state: 'queued', reason: null, parkedFor: null })
    expect(await alarms()).toEqual([])
  },
)

test('row 45: a quota that is free again shows in any letter: the sweeper sends the waiting ones on', async () => {
  const id = await queue()
  await world.fault('resend', { kind: 'status', status: 429, code: 'daily_quota_exceeded', times: 1 })
  await sendLetter(ctx, id)
  const other = await queue()
  await sendLetter(ctx, other)
  await sweepLetters(ctx)
  expect(jobs.map(({ letterId }) => letterId)).toEqual([id])
  await sweepLetters(ctx)
  expect(await alarms()).toEqual([])
})

test('row 45: an alarm that its process could not write is raised from the row', async () => {
  const id = await queue()
  const mute = { ...ctx, alarms: { ...ctx.alarms, raise: async () => {} } }
  await world.fault('resend', { kind: 'status', status: 429, code: 'daily_quota_exceeded', times: 1 })
  await sendLetter(mute, id)
  expect(await alarms()).toEqual([])
  await sweepLetters({ ...ctx, alarms: freshAlarms() })
  expect(await alarms()).toEqual(['mail_quota 1'])
})

/** Another process: it does not remember what this one has raised within the minute. */
function freshAlarms(): Ctx['alarms'] {
  const write = (cause: string, message: string) =>
    world.database.query(
      `insert into alarm (cause, message, first_at, last_at) values ($1, $2, now(), now())
       on conflict (cause) do update set cleared_at = null, times = 1`,
      [cause, message],
    )
  return { ...ctx.alarms, raise: async (cause, message) => void (await write(cause, message)) }
}

// ── 48: Resend refuses for good ──────────────────────────────────────────────────────────────────

test('row 48: 403 unverified domain: no repeat, an alarm; with another MAIL_FROM all go on under a new key', async () => {
  const wrong = { ...ctx, settings: { ...ctx.settings, mailFrom: 'Kurs <kurs@unbestaetigt.test>' } }
  const ids = [await queue({}, wrong), await queue({}, wrong)]
  for (const id of ids) expect(await sendLetter(wrong, id)).toEqual({ outcome: 'parked' })
  expect(jobs).toEqual([])
  expect(await row(ids[0] ?? '')).toMatchObject({ parkedFor: 'mail_domain', attempts: 1 })
  expect((await ctx.alarms.open(ctx.db)).map(({ cause }) => cause)).toEqual(['mail_domain'])
  const hand = byHand()
  expect(await retryParked(ctx, { cause: 'mail_domain', ...hand })).toEqual({ redriven: 2 })
  expect(await retryParked(ctx, { cause: 'mail_domain', ...hand })).toEqual({ redriven: 0 })
  for (const id of ids) expect(await sendLetter(ctx, id)).toMatchObject({ outcome: 'handed_over' })
  const [mail] = await accepted(ids[0] ?? '')
  expect(mail?.idempotencyKey).toBe(`${ids[0]}:1`)
  await sweepLetters(ctx)
  expect(await alarms()).toEqual([])
})

test('five hundred parked letters go on with one statement for their jobs', async () => {
  const wrong = { ...ctx, settings: { ...ctx.settings, mailFrom: 'Kurs <kurs@unbestaetigt.test>' } }
  const id = await queue({}, wrong)
  expect(await sendLetter(wrong, id)).toEqual({ outcome: 'parked' })
  await world.database.query(
    `insert into letter (id, kind, unique_key, to_address, inputs, template_version, key_id, state, state_at, parked_for)
     select gen_random_uuid(), kind, 'many:' || n, to_address, inputs, template_version, key_id, state, state_at, parked_for
     from letter, generate_series(1, 499) n where id = $1`,
    [id],
  )
  const calls: number[] = []
  const counted: Ctx['jobs'] = {
    ...ctx.jobs,
    send: () => Promise.reject(new Error('one by one')),
    sendAll: async (_db, _name, list) => void calls.push(list.length),
  }
  expect(await retryParked({ ...ctx, jobs: counted }, { cause: 'mail_domain' })).toEqual({ redriven: 500 })
  expect(calls).toEqual([500])
  await world.database.query(`delete from letter where unique_key like 'many:%'`)
  await world.database.query(`update letter set state = 'delivered' where id = $1`, [id])
  await sweepLetters(ctx)
})

test('row 48: a letter that somebody may have keeps its sender and its key', async () => {
  const id = await queue()
  await world.fault('resend', { kind: 'reset', when: 'after', times: 1 })
  await expect(sendLetter(ctx, id)).rejects.toMatchObject({ ambiguous: true })
  await world.database.query(`update letter set state = 'parked', parked_for = 'mail_domain' where id = $1`, [id])
  const changed = { ...ctx, settings: { ...ctx.settings, mailFrom: 'Neu <neu@localhost.test>' } }
  await retryParked(changed, { cause: 'mail_domain' })
  expect(await sendLetter(changed, id)).toMatchObject({ outcome: 'handed_over' })
  expect((await accepted(id)).map((mail) => mail.idempotencyKey)).toEqual([id])
})

test('row 48: a wrong key parks with its own alarm, and the first letter under the right one frees the rest', async () => {
  const id = await queue()
  const locked = { ...world.platform.config.resend, apiKey: 're_falsch' }
  expect(await sendLetter({ ...ctx, mailer: createMailer(locked, ctx.log) }, id)).toEqual({ outcome: 'parked' })
  expect(await row(id)).toMatchObject({ parkedFor: 'mail_key' })
  await sendLetter(ctx, await queue())
  await sweepLetters(ctx)
  expect(jobs.map(({ letterId }) => letterId)).toEqual([id])
})

test('row 48: 422 invalid recipient: parked for a person, one alarm for many, and a new letter to the right address', async () => {
  await world.fault('resend', { kind: 'status', status: 422, code: 'validation_error' })
  const ids = []
  for (let i = 0; i < 5; i++) ids.push(await queue(ofPaid))
  for (const id of ids) expect(await sendLetter(ctx, id)).toEqual({ outcome: 'parked' })
  expect(await alarms()).toHaveLength(1)
  await sweepLetters(later(hours(5)))
  expect(jobs).toEqual([])
  await world.clearFaults('resend')
  const [id = '', second = ''] = ids
  const hand = byHand()
  const renewed = await resendLetter(ctx, { letterId: id, to: 'richtig@example.de', ...hand })
  expect(await resendLetter(ctx, { letterId: id, to: 'richtig@example.de', ...hand })).toBe(renewed)
  expect(renewed).not.toBe(id)
  expect(await sendLetter(ctx, renewed)).toMatchObject({ outcome: 'handed_over' })
  expect(await row(renewed)).toMatchObject({ toAddress: 'richtig@example.de', uniqueKey: expect.stringMatching(/:2$/) })
  // The one that was replaced is ticked off and does not go any more; so is one closed by hand.
  expect(await sendLetter(ctx, id)).toEqual({ outcome: 'already_done' })
  const closing = byHand()
  await closeLetter(ctx, { letterId: second, ...closing })
  // Another deed's click is no repetition of this one.
  await expect(resendLetter(ctx, { letterId: second, ...closing })).rejects.toMatchObject({ code: 'conflict' })
  expect(await row(second)).toMatchObject({ state: 'dropped', closedBy: 'cli' })
  expect((await countStuck(ctx)).parked).toBe(3)
  const audit = await ctx.audit.list(ctx.db, { target: id, limit: 5 })
  expect(audit).toMatchObject([{ actor: 'cli', action: 'letter.resend', detail: { newLetterId: renewed } }])
})

test('row 48: an unusable recipient of a resend is refused and changes nothing', async () => {
  const id = await queue()
  await expect(resendLetter(ctx, { letterId: id, to: 'a@b@c', ...byHand() })).rejects.toMatchObject({
    code: 'invalid_input',
  })
  expect((await row(id)).closedAt).toBeNull()
})

// ── 8: the process dies between „accepted“ and „stored“ ──────────────────────────────────────────

test('row 8: killed after Resend accepted: the repeat has the same key and bytes, and gets the same id', async () => {
  const id = await queue()
  const dying: Ctx = {
    ...ctx,
    crashPoint: (name) => {
      if (name === 'mail.after-accept') throw new Error('kill -9')
    },
  }
  await expect(sendLetter(dying, id)).rejects.toThrow('kill -9')
  expect(await row(id)).toMatchObject({ state: 'queued', attempts: 1 })
  expect(await sendLetter(ctx, id)).toMatchObject({ outcome: 'handed_over' })
  const [mail, ...more] = await accepted(id)
  expect(more).toEqual([])
  expect((await row(id)).providerId).toBe((mail as unknown as { id: string }).id)
})

test('row 8: 23 hours later it is not sent blindly: retry is refused, a resend is a new letter', async () => {
  const id = await queue()
  await world.fault('resend', { kind: 'reset', when: 'after', times: 1 })
  await expect(sendLetter(ctx, id)).rejects.toMatchObject({ ambiguous: true })
  const tomorrow = later(hours(23.1))
  await expect(retryLetter(tomorrow, { letterId: id, ...byHand() })).rejects.toMatchObject({
    code: 'conflict',
    details: { facts: { resend: true } },
  })
  expect(await sendLetter(tomorrow, id)).toEqual({ outcome: 'unknown' })
  await expect(retryLetter(ctx, { letterId: id, ...byHand() })).rejects.toMatchObject({ code: 'conflict' })
  expect((await countStuck(ctx)).unknown).toBe(1)
  await resendLetter(ctx, { letterId: id, ...byHand() })
  expect((await countStuck(ctx)).unknown).toBe(0)
})

// ── 49: what Resend tells later ──────────────────────────────────────────────────────────────────

const deliver = (letterId: string, type: string, change: object, eventId: string) => {
  const data = { email_id: crypto.randomUUID(), tags: { letter_id: letterId }, ...change }
  const raw = Buffer.from(JSON.stringify({ type: `email.${type}`, created_at: new Date().toISOString(), data }))
  const event = { id: eventId, type: `email.${type}`, objectId: letterId, livemode: false, apiVersion: null, raw }
  return ctx.inbox.reserve({ source: 'resend', requestId: 'test', ...event })
}
const tell = async (letterId: string, type: string, change: object = {}, eventId = `msg_${++count}`) => {
  const stored = await deliver(letterId, type, change, eventId)
  await recordMailEvent(ctx, eventId)
  return stored
}
const full = { bounce: { type: 'Transient', subType: 'MailboxFull', message: '452' } }

test('row 49: events that share a transaction end as one by one would, and a broken one stops no other', async () => {
  const letters = [await queue(), await queue(), await queue()]
  for (const id of letters) await sendLetter(ctx, id)
  const [whole, bounced, known] = letters as [string, string, string]
  await tell(known, 'complained')
  // The first one begins alone; the others wait for it and go together.
  const said: [letter: string, type: string, outcome: string][] = [
    [crypto.randomUUID(), 'delivered', 'ignored: no letter of ours'],
    [whole, 'delivered', 'delivered'],
    [bounced, 'bounced', 'bounced'],
    [known, 'delivered', 'known: complained'],
    [whole, 'sent', 'sent'],
    [bounced, 'delivered', 'delivered'],
    [whole, 'teleported', 'ignored: email.teleported'],
    [bounced, 'bounced', 'known: bounced'],
  ]
  const ids = said.map(() => `msg_${++count}`)
  for (const [index, [letter, type]] of said.entries())
    await deliver(letter, type, type === 'bounced' ? full : {}, ids[index]!)
  await Promise.all([...ids, ids[1]!].map((id) => recordMailEvent(ctx, id)))

  const outcomes = await Promise.all(ids.map((id) => ctx.inbox.read('resend', id)))
  expect(outcomes.map((event) => event?.outcome)).toEqual(said.map(([, , outcome]) => outcome))
  expect(outcomes.map((event) => [event?.attempts, event?.handledAt !== null])).toEqual(said.map(() => [1, true]))
  expect(await Promise.all(letters.map(async (id) => (await row(id)).state))).toEqual([
    'delivered',
    'bounced',
    'complained',
  ])
  // What a mailbox once took stays known, also when it came back in the same moment.
  expect((await row(bounced)).deliveredAt).not.toBeNull()
})

test('row 49: an event nobody can read fails alone, whoever shares its transaction', async () => {
  const letters = [await queue(), await queue()]
  for (const id of letters) await sendLetter(ctx, id)
  const ids = letters.map(() => `msg_${++count}`)
  for (const [index, id] of letters.entries()) await deliver(id, 'delivered', {}, ids[index]!)
  const broken = { id: `msg_${++count}`, type: 'email.sent', objectId: null, livemode: false, apiVersion: null }
  await ctx.inbox.reserve({ source: 'resend', requestId: 'test', ...broken, raw: Buffer.from('{') })
  const work = [ids[0]!, broken.id, ids[1]!].map((id) => recordMailEvent(ctx, id))
  expect((await Promise.allSettled(work)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  for (const id of letters) expect((await row(id)).state).toBe('delivered')
  expect(await ctx.inbox.read('resend', broken.id)).toMatchObject({ handledAt: null, outcome: null })
})

test.each([
  ['delivered before sent', ['delivered', 'sent'], 'delivered'],
  ['bounced after delivered', ['sent', 'delivered', 'bounced'], 'bounced'],
  ['delivered after bounced', ['bounced', 'delivered', 'sent'], 'bounced'],
  ['delayed after delivered', ['delivered', 'delivery_delayed'], 'delivered'],
  ['complained first of all', ['complained', 'delivered', 'sent', 'bounced'], 'complained'],
  ['an unknown type between', ['sent', 'teleported', 'opened', 'delivered'], 'delivered'],
])('row 49: %s: the state only rises', async (_, types, state) => {
  const id = await queue()
  await sendLetter(ctx, id)
  for (const type of types) await tell(id, type, type === 'bounced' ? full : {})
  expect((await row(id)).state).toBe(state)
  if (state === 'bounced') expect((await row(id)).reason).toBe('Das Postfach ist voll.')
})

test('row 49: the same svix-id ten times at once is one event', async () => {
  const id = await queue()
  await sendLetter(ctx, id)
  const eventId = `msg_${++count}`
  const stored = await Promise.all(Array.from({ length: 10 }, () => tell(id, 'delivered', {}, eventId)))
  expect(stored.filter((one) => one === 'new')).toHaveLength(1)
  expect(await world.database.query('select 1 from webhook_event where id = $1', [eventId])).toHaveLength(1)
})

const signed = (secret: string, at: number, body: string, id = `msg_${++count}`) => ({
  'content-type': 'application/json',
  'svix-id': id,
  'svix-timestamp': String(at),
  'svix-signature': `v1,${createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'))
    .update(`${id}.${at}.${body}`)
    .digest('base64')}`,
})
const previous = `whsec_${Buffer.from('the secret before the rotation').toString('base64')}`
const body = JSON.stringify({ type: 'email.sent', created_at: new Date().toISOString(), data: {} })

test.each([
  ['the current secret', () => world.secrets.resendWebhook, 0, 200],
  ['the previous secret, while it is being changed', () => previous, 0, 200],
  ['a forged one', () => `whsec_${Buffer.from('forged').toString('base64')}`, 0, 400],
  ['a clock six minutes slow', () => world.secrets.resendWebhook, -360, 400],
  ['a clock six minutes fast', () => world.secrets.resendWebhook, 360, 400],
  ['a clock four minutes slow', () => world.secrets.resendWebhook, -240, 200],
])('row 49: signed by %s', async (_, secret, skew, status) => {
  const resend = { ...world.platform.config.resend, webhookSecretPrevious: previous }
  const mailer = createMailer(resend, ctx.log)
  const here = { ...world.platform, ctx: { ...world.platform.ctx, mailer } }
  const browse = openDoor(here, { '/api/webhook/resend': () => import('#app/api/webhook/resend/route.ts') })
  const headers = signed(secret(), Math.floor(Date.now() / 1000) + skew, body)
  expect((await browse().send('POST', '/api/webhook/resend', body, headers)).status).toBe(status)
  const rows = await world.database.query('select 1 from webhook_event where id = $1', [headers['svix-id']])
  expect(rows).toHaveLength(status === 200 ? 1 : 0)
})

test('row 49: with no secret at all the door stays shut, the previous one alone opens nothing', async () => {
  const config = { ...world.platform.config.resend, webhookSecret: null, webhookSecretPrevious: previous }
  const headers = new Headers(signed(previous, Math.floor(Date.now() / 1000), body))
  expect(() => createMailer(config, ctx.log).readEvent(Buffer.from(body), headers)).toThrow('resend webhook')
})

test('what became of a letter can be asked: its last event as a webhook would name it', async () => {
  const id = await queue()
  await sendLetter(ctx, id)
  const { providerId } = await row(id)
  await until('it is delivered there', async () => (await accepted(id))[0]?.state === 'delivered')
  expect(await ctx.mailer.lastEvent(providerId ?? '')).toBe('email.delivered')
  expect(await ctx.mailer.lastEvent(crypto.randomUUID())).toBeNull()
  await world.fault('resend', { kind: 'status', status: 401, code: 'restricted_api_key', times: 1 })
  await expect(ctx.mailer.lastEvent(providerId ?? '')).rejects.toMatchObject({ failure: 'rejected' })
  expect(await alarms()).toEqual([])
})

// ── 50: the address is on the suppression list ───────────────────────────────────────────────────

test('row 50: accepted with 200, then suppressed: visible, counted, with an alarm, until somebody acts', async () => {
  const id = await queue({ ...ofPaid, purchaseId: ctx.ids.uuid() })
  expect(await sendLetter(ctx, id)).toMatchObject({ outcome: 'handed_over' })
  const before = (await countStuck(ctx)).undeliverable
  await tell(id, 'suppressed', { suppressed: { type: 'Suppressed', reason: 'previous_bounce' } })
  expect(await row(id)).toMatchObject({ state: 'suppressed', reason: expect.stringContaining('Sperrliste') })
  expect((await countStuck(ctx)).undeliverable).toBe(before + 1)
  await sweepLetters({ ...ctx, alarms: freshAlarms() })
  expect(await alarms()).toEqual(['mail_address 1'])
  await resendLetter(ctx, { letterId: id, to: 'anders@example.de', ...byHand() })
  expect((await countStuck(ctx)).undeliverable).toBe(before)
})

const notice = { number: order.number, receivedAt: '2026-11-22T13:00:00.000Z' }
test.each<[kind: LetterKind, what: string, inputs: Record<string, unknown>, cause: string]>([
  ['payment_pending', 'a debit on its way', order, 'mail_unpaid'],
  ['payment_failed', 'a debit that failed', order, 'mail_unpaid'],
  ['withdrawal_notice', 'anybody may declare', notice, 'mail_unpaid'],
  ['address_removed', 'to the old address', { number: order.number }, 'mail_unpaid'],
  ['welcome', 'of 0 €', { ...order, amountTotal: 0 }, 'mail_unpaid'],
  ['welcome', 'paid', order, 'mail_address'],
  ['refund', 'paid', ofPaid.inputs, 'mail_address'],
])('a letter about an order comes back: %s, %s', async (kind, _, inputs, cause) => {
  const id = await queue({ kind, inputs, purchaseId: ctx.ids.uuid() })
  await world.database.query(`update letter set state = 'sent' where id = $1`, [id])
  const before = await countStuck(ctx)
  await tell(id, 'bounced', full)
  expect(await alarms()).toEqual([`${cause} 1`])
  const { causes, warnings } = await openCauses(ctx)
  const isMild = cause === 'mail_unpaid'
  expect((isMild ? warnings : causes).map(({ code }) => code)).toContain(cause)
  const after = await countStuck(ctx)
  expect(after).toEqual({
    ...before,
    ...(isMild ? { unpaidLost: before.unpaidLost + 1 } : { undeliverable: before.undeliverable + 1 }),
  })
})

test('Resend takes no letter for an order nobody paid: a warning, and no count of letters that wait', async () => {
  await world.fault('resend', { kind: 'status', status: 422, code: 'validation_error' })
  const id = await queue({ purchaseId: ctx.ids.uuid() })
  expect(await sendLetter(ctx, id)).toEqual({ outcome: 'parked' })
  expect(await row(id)).toMatchObject({ state: 'parked', parkedFor: 'mail_unpaid' })
  expect(await alarms()).toEqual(['mail_unpaid 1'])
  const { causes, warnings } = await openCauses(ctx)
  expect(causes.map(({ code }) => code)).not.toContain('letters_parked')
  expect(warnings.map(({ code }) => code)).toContain('mail_unpaid')
  await closeLetter(ctx, { letterId: id, ...byHand() })
})

test('two workers at one letter: a refusal to the second does not stop the clock of the first', async () => {
  const id = await queue()
  const refused = async () => {
    throw new OutsideError('resend', 'rate_limited', '429', { ambiguous: false })
  }
  const second: Ctx = { ...ctx, mailer: { ...ctx.mailer, sendEmail: refused } }
  // The first hangs, the second begins and is refused, then the first dies unheard.
  const first: Ctx = {
    ...ctx,
    mailer: {
      ...ctx.mailer,
      sendEmail: async () => {
        await expect(sendLetter(second, id)).rejects.toMatchObject({ failure: 'rate_limited' })
        throw new Error('killed')
      },
    },
  }
  await expect(sendLetter(first, id)).rejects.toThrow('killed')
  const clock = async () =>
    (await world.database.query<{ at: Date | null }>('select ambiguous_at as at from letter where id = $1', [id]))[0]
      ?.at
  expect(await clock()).not.toBeNull()
  // And the other way round: the second is cut off, then the first hears a definite no.
  const other = await queue()
  const cut = async () => {
    throw new OutsideError('resend', 'timeout', 'no answer', { ambiguous: true })
  }
  const lost: Ctx = { ...ctx, mailer: { ...ctx.mailer, sendEmail: cut } }
  const late: Ctx = {
    ...ctx,
    mailer: {
      ...ctx.mailer,
      sendEmail: async () => {
        await expect(sendLetter(lost, other)).rejects.toMatchObject({ failure: 'timeout' })
        return refused()
      },
    },
  }
  await expect(sendLetter(late, other)).rejects.toMatchObject({ failure: 'rate_limited' })
  const [row] = await world.database.query<{ at: Date | null }>('select ambiguous_at as at from letter where id = $1', [
    other,
  ])
  expect(row?.at).not.toBeNull()
})

test('a job that failed for good is off the list as soon as its letter goes on, by itself or by hand', async () => {
  const [byClock, byClick] = [await queue(), await queue()]
  for (const letterId of [byClock, byClick])
    await world.database.query(
      `insert into pgboss.job (name, data, source_name, source_id, source_retry_count, created_on)
       values ('dead', $1, 'letter.send', gen_random_uuid(), 14, now())`,
      [{ letterId, requestId: 'r' }],
    )
  const dead = () => ctx.jobs.died(ctx.db, 'letter.send', 'letterId', [byClock, byClick])
  expect((await dead()).size).toBe(2)
  await retryLetter(ctx, { letterId: byClick, ...byHand() })
  expect([...(await dead()).keys()]).toEqual([byClock])
  await sweepLetters(later(hours(1)))
  expect((await dead()).size).toBe(0)
  expect(jobs.map(({ letterId }) => letterId)).toContain(byClock)
})
