import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { dismissAlarm } from '#domain/operator/dismissAlarm.ts'
import { openCauses } from '#domain/operator/openCauses.ts'
import { watchAlarms } from '#domain/operator/watchAlarms.ts'
import { endMissed, tellMissed } from '#domain/sales/reconciler/missedDeliveries.ts'
import type { Ctx } from '#ports'
import { createAlarms } from '#records/alarms.ts'
import { createRefusedDeliveries } from '#records/refusedDeliveries.ts'
import { type Counter, openCounter } from '../../kit/counter.ts'
import { until } from '../../kit/until.ts'

/** Alarms from the first look to the operators' mail, on a real database, with hours that pass at once. */

let counter: Counter
let later = 0
const HOUR = 3_600_000
const clock = { now: () => new Date(Date.now() + later) }
const admins = ['eins@werkstatt.test', 'zwei@werkstatt.test']

/** One worker process: its own memory of what it wrote last. */
function worker(): Ctx {
  const { ctx } = counter
  return {
    ...ctx,
    clock,
    alarms: createAlarms(ctx.db, clock, ctx.log),
    settings: { ...ctx.settings, adminEmails: admins },
  }
}

beforeAll(async () => {
  counter = await openCounter()
})
beforeEach(async () => {
  later = 0
  await counter.database.query('delete from alarm')
  await counter.database.query('delete from letter')
  await counter.database.query('delete from webhook_event')
  await counter.database.query('delete from webhook_refusal')
  await counter.database.query(`insert into heartbeat (name, at) values ('worker:1', now() + interval '3 days')
    on conflict (name) do update set at = excluded.at`)
})
afterAll(() => counter.close())

const openEvent = (ago: string) =>
  counter.database.query(
    `insert into webhook_event (source, id, type, received_at) values ('stripe', 'evt_' || gen_random_uuid(), 'charge.refunded', now() - $1::interval)`,
    [ago],
  )
const letters = () =>
  counter.database.query<{ to_address: string; kind: string; inputs: { data: Record<string, unknown> } }>(
    'select to_address, kind, inputs from letter order by created_at, to_address',
  )
const causes = async () => (await openCauses(worker())).causes.map(({ code }) => code)

test('nothing wrong: no cause, no alarm, no mail', async () => {
  expect(await causes()).toEqual([])
  expect(await watchAlarms(worker())).toEqual({ mailed: 0 })
  expect(await letters()).toEqual([])
})

test('each cause reaches each operator once an hour, however many workers look', async () => {
  await openEvent('6 minutes')
  await openEvent('7 minutes')
  const workers = Array.from({ length: 4 }, worker)
  await Promise.all(workers.map((ctx) => watchAlarms(ctx)))
  await watchAlarms(worker())
  const sent = await letters()
  expect(sent.map(({ to_address, kind }) => [to_address, kind])).toEqual(admins.map((to) => [to, 'operator_alarm']))
  expect(sent[0]?.inputs.data).toMatchObject({ cause: 'event_open', message: expect.stringContaining('2 Ereignisse') })

  later = HOUR - 60_000
  await watchAlarms(worker())
  expect(await letters()).toHaveLength(2)
  later = HOUR + 60_000
  await watchAlarms(worker())
  expect(await letters()).toHaveLength(4)
})

test('two causes are two mails', async () => {
  await openEvent('6 minutes')
  await worker().alarms.raise('order_parked', 'Eine bezahlte Bestellung wartet auf dich.')
  await watchAlarms(worker())
  const told = (await letters()).map(({ inputs }) => inputs.data.cause)
  expect([...new Set(told)].sort()).toEqual(['event_open', 'order_parked'])
  expect(told).toHaveLength(4)
})

test('a judged alarm ends by itself, one that somebody raised stays until he ends it', async () => {
  await openEvent('6 minutes')
  await worker().alarms.raise('reconcile_failing', 'Der Abgleich mit Stripe gelingt nicht.')
  await watchAlarms(worker())
  expect((await causes()).sort()).toEqual(['event_open', 'reconcile_failing'])
  await counter.database.query('update webhook_event set handled_at = now()')
  await watchAlarms(worker())
  const open = (await worker().alarms.open(counter.ctx.db)).map(({ cause }) => cause)
  expect(open).toEqual(['reconcile_failing'])
  expect(await causes()).toEqual(['reconcile_failing'])
})

test('a warning is no cause, and one mail a day', async () => {
  await worker().alarms.raise('claim_waiting', 'Jemand sucht seinen Zugang.')
  expect(await openCauses(worker())).toEqual({
    causes: [],
    warnings: [{ code: 'claim_waiting', message: 'Jemand sucht seinen Zugang.' }],
  })
  for (const hours of [0, 1, 12, 23]) {
    later = hours * HOUR
    await watchAlarms(worker())
  }
  expect(await letters()).toHaveLength(admins.length)
  later = 25 * HOUR
  await watchAlarms(worker())
  expect(await letters()).toHaveLength(2 * admins.length)
})

test('refused deliveries are counted by day, source and reason: one write a minute, no alarm', async () => {
  const { ctx } = counter
  let writes = 0
  const counting = new Proxy(ctx.db, {
    get: (db, key) => {
      if (key === 'q') writes++
      return Reflect.get(db, key)
    },
  })
  const [one, other] = [
    createRefusedDeliveries(counting, clock, ctx.log),
    createRefusedDeliveries(ctx.db, clock, ctx.log),
  ]
  const listed = async () =>
    (await one.list(ctx.db, { days: 7 })).map(({ source, reason, times }) => [source, reason, times])
  one.count('stripe', 'signature_invalid')
  other.count('stripe', 'signature_invalid')
  await until('both have written', async () => (await listed())[0]?.[2] === 2)
  const before = writes
  for (let count = 0; count < 1000; count++) one.count(count % 2 ? 'stripe' : 'resend', 'too_large')
  await sleep(50)
  expect(writes).toBe(before)
  expect(await listed()).toEqual([['stripe', 'signature_invalid', 2]])
  expect(await causes()).toEqual([])
  later = 40 * 24 * HOUR
  expect(await other.forget(ctx.db, 30)).toBe(1)
})

test('deliveries that Stripe made and nobody brought ring the alarm, until one comes again', async () => {
  const ctx = worker()
  const missed = [{ type: 'charge.refunded' }, { type: 'checkout.session.completed' }]
  const event = { source: 'stripe' as const, objectId: null, livemode: false, apiVersion: null, raw: null }
  const arrives = (id: string, type: string, found = false) =>
    ctx.inbox.reserve({ ...event, id, type, requestId: 'test', outcome: 'test', ...(found ? { found } : {}) })
  await arrives('evt_before', 'charge.refunded')
  await tellMissed(ctx, missed)
  const [told] = await ctx.alarms.open(ctx.db)
  expect(told).toMatchObject({
    cause: 'webhook_missing_stripe',
    message: expect.stringContaining('STRIPE_WEBHOOK_SECRET'),
  })
  expect(told?.message).toMatch(/^2 Zustellungen von Stripe kamen nicht an \(charge\.refunded, checkout/)
  expect(await causes()).toEqual(['webhook_missing_stripe'])
  // What the reconciler itself stored says nothing about deliveries; nor does a type that it does not ask for.
  await arrives('evt_found', 'charge.refunded', true)
  await arrives('evt_other', 'customer.updated')
  await endMissed(ctx)
  expect(await causes()).toEqual(['webhook_missing_stripe'])
  await arrives('evt_found', 'charge.refunded')
  await endMissed(ctx)
  expect(await causes()).toEqual([])
})

test('while mail itself stands still no mail is written about anything', async () => {
  await openEvent('6 minutes')
  await worker().alarms.raise('mail_quota', 'Das Mail-Kontingent ist aufgebraucht.')
  expect(await watchAlarms(worker())).toEqual({ mailed: 0 })
  expect(await letters()).toEqual([])
  expect((await causes()).sort()).toEqual(['event_open', 'mail_quota'])
  await worker().alarms.clear(counter.ctx.db, 'mail_quota')
  await watchAlarms(worker())
  expect(await letters()).toHaveLength(2)
})

test('no alarm names a person', async () => {
  await counter.database.query(
    `insert into letter (id, unique_key, kind, template_version, key_id, to_address, state, inputs) values (gen_random_uuid(), 'k', 'welcome', 1, 'key', 'mara@example.de', 'unknown', '{"data":{"name":"Mara"}}')`,
  )
  const told = JSON.stringify(await openCauses(worker()))
  expect(told).toContain('letters_unknown')
  expect(told).not.toMatch(/@|mara/i)
})

test('a cause that another process ended is raised again at once, and raising it often writes once', async () => {
  const [here, there] = [worker(), worker()]
  await here.alarms.raise('mail_quota', 'Das Mail-Kontingent ist aufgebraucht.')
  await there.alarms.clear(counter.ctx.db, 'mail_quota')
  await here.alarms.raise('mail_quota', 'Das Mail-Kontingent ist aufgebraucht.')
  expect((await here.alarms.open(counter.ctx.db)).map(({ cause }) => cause)).toEqual(['mail_quota'])
  await Promise.all(Array.from({ length: 50 }, () => here.alarms.raise('mail_quota', 'Noch immer.')))
  expect(await here.alarms.open(counter.ctx.db)).toMatchObject([{ times: 1 }])
})

test('an old event that somebody opens again is late from then on, not at once', async () => {
  await openEvent('3 days')
  const [event] = await counter.ctx.inbox.list({ open: true, limit: 1 })
  await counter.ctx.inbox.markProcessed(counter.ctx.db, 'stripe', event!.id, 'settled: paid')
  await counter.ctx.inbox.reopen(counter.ctx.db, 'stripe', event!.id)
  expect(await causes()).toEqual([])
  later = 6 * 60_000
  expect(await causes()).toEqual(['event_open'])
})

test('an alarm that was seen is gone until its cause comes back', async () => {
  const { alarms } = worker()
  await alarms.raise('mail_quota', 'Das Kontingent ist aufgebraucht.')
  const key = randomUUID()
  await dismissAlarm(counter.ctx, { cause: 'mail_quota', actor: 'cli', key })
  await dismissAlarm(counter.ctx, { cause: 'mail_quota', actor: 'cli', key })
  expect(await counter.ctx.alarms.open(counter.ctx.db)).toEqual([])
  await expect(
    dismissAlarm(counter.ctx, { cause: 'mail_quota', actor: 'cli', key: randomUUID() }),
  ).rejects.toMatchObject({
    code: 'not_found',
  })
})
