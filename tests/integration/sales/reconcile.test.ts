import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { commands } from '#cli/reconcile.ts'
import { sweepEvents } from '#domain/operator/sweepEvents.ts'
import { seeFlag } from '#domain/sales/afterSale/seeFlag.ts'
import { workClaim } from '#domain/sales/claim/workClaim.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { previewReconcile } from '#domain/sales/reconciler/previewReconcile.ts'
import { reconcile } from '#domain/sales/reconciler/reconcile.ts'
import { reconciledTypes, reconcileLimits } from '#domain/sales/reconciler/rules.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { OutsideError } from '#errors'
import { createLimits } from '#libs/rateLimit.ts'
import type { Ctx, JobPayloads } from '#ports'
import { openDoor } from '../../kit/door.ts'
import { until } from '../../kit/until.ts'
import { openWebhookDoor } from '../../kit/webhookDoor.ts'
import { openWorld, type World } from '../../kit/world.ts'

/** The reconciler alone: no web gets Stripe's deliveries and no worker takes the jobs, so that each can be counted. */

let world: World
let ctx: Ctx
/** Moves the clock by hours; the reconciler's pauses are over then. */
let later = 0
let listed: (string | undefined)[] = []
let beforePage: (count: number) => Promise<void> = async () => {}

const MINUTE = 60_000
const seconds = (ago: number) => Math.floor((Date.now() - ago) / 1000)

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators'] })
  ctx = {
    ...world.ctx,
    clock: { now: () => new Date(Date.now() + later) },
    payments: {
      ...world.ctx.payments,
      listEvents: async (input) => {
        listed.push(input.after)
        await beforePage(listed.length)
        return world.ctx.payments.listEvents(input)
      },
    },
  }
  await mirrorPrice(ctx)
})
beforeEach(async () => {
  later += 24 * 60 * MINUTE
  listed = []
  beforePage = async () => {}
  await world.clearFaults('stripe')
})
afterAll(() => world?.close())

async function stripe<T = Record<string, string>>(where: string, body: unknown = {}): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${world.urls.stripe}${where}`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
  return answer.json() as Promise<T>
}
/** A session paid at Stripe whose event was not delivered. */
async function sale(input: object = {}): Promise<string> {
  const { id = '' } = await stripe('/_sessions', { price: 'price_kurs', email: 'mara@example.de', ...input })
  await stripe(`/_pay/${id}`)
  return id
}
const emit = (count: number, objectId: string, ago = 10 * MINUTE) =>
  Promise.all(
    Array.from({ length: count }, () =>
      stripe<{ id: string }>('/_emit', {
        type: 'charge.refunded',
        objectId,
        created: seconds(ago - later),
        deliver: false,
      }),
    ),
  )
const jobsFor = async (name: string, field: string, value: string) =>
  (await world.database.query(`select id from pgboss.job where name = $1 and data->>'${field}' = $2`, [name, value]))
    .length
const cursor = async () =>
  (await world.database.query<{ value: Record<string, never> }>('select value from bookmark'))[0]?.value as unknown as {
    progress: { through: string; events: { after: string } | null; failures: number }
    holder: string
    notBefore: string
  }
const MISSING = 'webhook_missing_stripe'
const openCauses = async () => (await ctx.alarms.open(ctx.db)).map(({ cause }) => cause)
/** A stranger asks „Bezahlt, aber kein Zugang?“ for an address nobody knows; the job is worked here. */
async function claim(): Promise<void> {
  await world.database.query('delete from rate_limit')
  const browser = openDoor(world.platform, { '/api/claim': () => import('#app/api/claim/route.ts') })()
  expect((await browser.post('/api/claim', { email: `${ctx.ids.uuid()}@example.de` })).status).toBe(200)
  const [job] = await world.database.query<{ data: JobPayloads['access.claim'] }>(
    `select data from pgboss.job where name = 'access.claim' order by created_on desc limit 1`,
  )
  await workClaim({ ...ctx, limits: createLimits(world.platform.database.pool) }, job!.data)
}

test('a lost delivery is stored as if it had come, each event with one job, and is not found twice', async () => {
  const sessionId = await sale()
  later = 10 * MINUTE
  const first = await reconcile(ctx)
  const completed = first.unknownEvents.filter(({ type }) => type === 'checkout.session.completed')
  expect(completed).toHaveLength(1)
  const id = completed[0]?.id ?? ''
  expect(await jobsFor('stripe.event', 'eventId', id)).toBe(1)
  const event = await ctx.inbox.read('stripe', id)
  expect(event).toMatchObject({ type: 'checkout.session.completed', objectId: sessionId, handledAt: null })
  expect(event?.raw && ctx.payments.referencesOf(event.raw).sessionId).toBe(sessionId)

  later += reconcileLimits.everyMs
  const second = await reconcile(ctx)
  expect(second).toMatchObject({ ran: true, unknownEvents: [] })
  expect(second.eventsSeen).toBeGreaterThan(0)
  expect(await jobsFor('stripe.event', 'eventId', id)).toBe(1)
})

test('what is being delivered right now is left to its delivery, also when a person asks', async () => {
  const charge = await sale()
  const [young] = await emit(1, charge, 30_000)
  const since = () => new Date(Date.now() + later - 10 * MINUTE)
  const asked = [(await reconcile(ctx)).unknownEvents, (await reconcile(ctx, { since: since() })).unknownEvents]
  expect(asked.flat().map(({ id }) => id)).not.toContain(young?.id)
  expect((await previewReconcile(ctx, { since: since() })).unknownEvents.map(({ id }) => id)).not.toContain(young?.id)
  later += 2 * reconcileLimits.graceMs
  expect((await reconcile(ctx, { since: since() })).unknownEvents.map(({ id }) => id)).toContain(young?.id)
})

test('what a stranger’s claim finds rings the alarm as the clock does, and only a delivery ends it', async () => {
  await reconcile(ctx)
  await world.database.query('delete from alarm')
  const charge = await sale()
  const [lost] = await emit(1, charge)
  await claim()
  expect(await openCauses()).toContain(MISSING)
  expect((await ctx.inbox.read('stripe', lost!.id))?.deliveredAt).toBeNull()

  // Made after the alarm, found by a claim: nothing was delivered all the same.
  later += reconcileLimits.everyMs
  const [next] = await emit(1, charge, 5 * MINUTE)
  await claim()
  expect(await ctx.inbox.read('stripe', next!.id)).not.toBeNull()
  for (let runs = 0; runs < 2; runs++) {
    later += reconcileLimits.everyMs
    await reconcile(ctx)
    expect(await openCauses()).toContain(MISSING)
  }

  // Stripe's own repeat of what we had found already.
  const door = await openWebhookDoor(world)
  try {
    await stripe(`/_events/${lost!.id}/resend`)
    await until('it was delivered', async () => (await ctx.inbox.read('stripe', lost!.id))?.deliveredAt)
  } finally {
    door.close()
  }
  expect(await jobsFor('stripe.event', 'eventId', lost!.id)).toBe(1)
  later += reconcileLimits.everyMs
  await reconcile(ctx)
  expect(await openCauses()).not.toContain(MISSING)
})

test('a claim postpones no run of the clock, takes no work from it, and asks after no order that is known', async () => {
  const known = await sale()
  await settleOrder(ctx, known)
  await reconcile(ctx)
  const before = await cursor()
  const asked = await jobsFor('order.settle', 'sessionId', known)
  const through = async () => {
    const { progress, notBefore } = await cursor()
    return { progress, notBefore }
  }
  for (const passed of [0, reconcileLimits.everyMs - 30_000]) {
    later += passed
    await claim()
    expect(await through()).toEqual({ progress: before.progress, notBefore: before.notBefore })
  }
  expect(await jobsFor('order.settle', 'sessionId', known)).toBe(asked)
  expect((await reconcile(ctx)).ran).toBe(false)
  later += 31_000
  expect((await reconcile(ctx)).ran).toBe(true)
})

test('a claim that finds Stripe away, or there again, says nothing about the clock’s own runs', async () => {
  await reconcile(ctx)
  const before = await cursor()
  await ctx.alarms.raise('reconcile_failing', 'Der Abgleich gelingt nicht.', { always: true })
  await claim()
  expect(await openCauses()).toContain('reconcile_failing')
  beforePage = async () => {
    throw new OutsideError('stripe', 'timeout', 'slow')
  }
  await claim()
  expect((await cursor()).progress).toEqual(before.progress)
  expect((await cursor()).notBefore).toEqual(before.notBefore)
  beforePage = async () => {}
  later += reconcileLimits.everyMs
  expect((await reconcile(ctx)).ran).toBe(true)
  expect(await openCauses()).not.toContain('reconcile_failing')
})

test('a cursor that a fast clock set to tomorrow is due at once, is told of, and hides no lost delivery', async () => {
  await reconcile(ctx)
  const sessionId = await sale()
  await stripe(`/_change/${sessionId}`, { created: seconds(-later) })
  const tomorrow = new Date(Date.now() + later + 25 * 60 * MINUTE).toISOString()
  const walk = { startedAt: tomorrow, since: tomorrow, after: null }
  await world.database.query(
    `update bookmark set value = value || jsonb_build_object('notBefore', $1::text, 'until', $1::text, 'progress', $2::jsonb)`,
    [tomorrow, JSON.stringify({ through: tomorrow, events: walk, sessions: walk, recheckedTo: null, failures: 0 })],
  )
  later += 10 * MINUTE
  const run = await reconcile(ctx)
  expect(run.ran).toBe(true)
  expect(run.unknownEvents.length).toBeGreaterThan(0)
  expect(run.missingSessions).toContain(sessionId)
  expect((await ctx.alarms.open(ctx.db)).map(({ cause }) => cause)).toContain('bookmark_ahead')
  expect(Date.parse((await cursor()).progress.through)).toBeLessThan(Date.now() + later + MINUTE)
  expect((await reconcile(ctx)).ran).toBe(false)
  later += reconcileLimits.everyMs
  expect((await reconcile(ctx)).ran).toBe(true)
})

test('an order that a fast clock settled tomorrow is looked at again', async () => {
  const sessionId = await sale()
  await settleOrder(ctx, sessionId)
  await world.database.query(`update purchase set settled_at = $2 where session_id = $1`, [
    sessionId,
    new Date(Date.now() + later + 25 * 60 * MINUTE),
  ])
  later += reconcileLimits.everyMs
  await reconcile(ctx)
  expect(await jobsFor('order.settle', 'sessionId', sessionId)).toBe(1)
})

test('a delivery that was due and never came is an alarm; what Stripe made before our first look is none', async () => {
  await world.database.query('delete from bookmark')
  await world.database.query('delete from alarm')
  const open = async () => (await ctx.alarms.open(ctx.db)).map(({ cause }) => cause)
  const charge = await sale()
  await emit(1, charge)
  expect((await reconcile(ctx)).unknownEvents).not.toEqual([])
  expect(await open()).not.toContain('webhook_missing_stripe')
  await emit(1, charge)
  later += reconcileLimits.everyMs
  expect((await reconcile(ctx)).unknownEvents).not.toEqual([])
  expect(await open()).toContain('webhook_missing_stripe')
})

test('of many runners at the same moment one runs, and then none until it is due', async () => {
  const runs = await Promise.all(Array.from({ length: 5 }, () => reconcile(ctx)))
  expect(runs.filter(({ ran }) => ran)).toHaveLength(1)
  expect((await reconcile(ctx)).ran).toBe(false)
  later += reconcileLimits.everyMs
  expect((await reconcile(ctx)).ran).toBe(true)
})

test('a run that fails between two pages leaves its place, and the next goes on there', async () => {
  await reconcile(ctx)
  await world.database.query('delete from alarm')
  const before = (await cursor()).progress.through
  await emit(250, await sale())
  later += reconcileLimits.everyMs
  listed = []
  beforePage = async (count) => {
    if (count === 2) throw new OutsideError('stripe', 'timeout', 'slow')
  }
  const began = new Date(Date.now() + later)
  await expect(reconcile(ctx)).rejects.toMatchObject({ failure: 'timeout' })
  const { progress } = await cursor()
  expect(progress.events?.after).toMatch(/^evt_/)
  expect(progress.through).toBe(before)
  // What it stored is not found missing again.
  expect(await openCauses()).toContain(MISSING)
  expect(await reconcile(ctx)).toMatchObject({ ran: false })

  // Newer than the place where the run stands: the next pass takes it, and this one must not skip it for ever.
  await emit(1, await sale(), 5 * MINUTE)
  later += reconcileLimits.againAfterFailureMs
  beforePage = async () => {}
  await reconcile(ctx)
  expect(listed[2]).toBe(progress.events?.after)
  const after = (await cursor()).progress
  expect(after.events).toBeNull()
  // Where the first run began, not where the second ended, a minute later.
  expect(Date.parse(after.through) - began.getTime()).toBeLessThan(reconcileLimits.againAfterFailureMs / 2)
  later += reconcileLimits.everyMs
  await reconcile(ctx)
  const [{ count } = { count: 0 }] = await world.database.query<{ count: number }>(
    `select count(*)::int as count from webhook_event where type = 'charge.refunded'`,
  )
  const state = (await (await fetch(`${world.urls.stripe}/_state`)).json()) as { events: { type: string }[] }
  expect(count).toBe(state.events.filter(({ type }) => type === 'charge.refunded').length)
})

test('a killed runner is followed by another after its lease, and cannot write any more if it comes back', async () => {
  await reconcile(ctx)
  await emit(150, await sale())
  later += reconcileLimits.everyMs
  listed = []
  let comeBack = () => {}
  const asleep = new Promise<void>((resolve) => {
    comeBack = resolve
  })
  beforePage = async (count) => (count === 2 ? asleep : undefined)
  const killed = reconcile(ctx)
  killed.catch(() => {}) // looked at below
  await until('it asks for the second page', () => listed.length === 2)
  const place = (await cursor()).progress.events?.after
  expect((await reconcile(ctx)).ran).toBe(false)

  later += reconcileLimits.leaseMs + 1_000
  const follower = await reconcile(ctx)
  expect(follower.ran).toBe(true)
  expect(listed[2]).toBe(place)
  const left = await cursor()
  comeBack()
  await expect(killed).rejects.toMatchObject({ code: 'conflict' })
  expect(await cursor()).toEqual(left)
})

test('a place that Stripe no longer knows begins the pass anew', async () => {
  await reconcile(ctx)
  await world.database.query(
    `update bookmark set value = jsonb_set(value, '{progress,events}', jsonb_build_object('startedAt', $1::text, 'since', $1::text, 'after', 'evt_gone'))`,
    [new Date(Date.now() + later).toISOString()],
  )
  later += reconcileLimits.everyMs
  await expect(reconcile(ctx)).rejects.toMatchObject({ failure: 'rejected' })
  later += reconcileLimits.againAfterFailureMs
  expect(await reconcile(ctx)).toMatchObject({ ran: true })
})

test('completed sessions without a purchase get one job an hour: 72 hours by the clock, further back with a day', async () => {
  // Both runs in one hour, whatever the clock says now.
  later += reconcileLimits.openEveryMs - ((Date.now() + later) % reconcileLimits.openEveryMs)
  const [young, old, ours] = [await sale(), await sale(), await sale()]
  await settleOrder(ctx, ours)
  await stripe(`/_change/${young}`, { created: seconds(60 * 60 * MINUTE - later) })
  await stripe(`/_change/${old}`, { created: seconds(10 * 24 * 60 * MINUTE - later) })
  await stripe(`/_change/${ours}`, { created: seconds(60 * 60 * MINUTE - later) })
  const { missingSessions } = await reconcile(ctx)
  expect(missingSessions).toContain(young)
  expect(missingSessions).not.toContain(old)
  expect(missingSessions).not.toContain(ours)
  expect(await jobsFor('order.settle', 'sessionId', young)).toBe(1)
  later += reconcileLimits.everyMs
  await reconcile(ctx)
  expect(await jobsFor('order.settle', 'sessionId', young)).toBe(1)
  later += reconcileLimits.openEveryMs
  await reconcile(ctx)
  expect(await jobsFor('order.settle', 'sessionId', young)).toBe(2)

  const asked = await reconcile(ctx, { since: new Date(Date.now() + later - 11 * 24 * 60 * MINUTE) })
  expect(asked.missingSessions).toContain(old)
})

test('open purchases are asked after hourly, paid ones daily, old ones no more', async () => {
  const rows: [string, string, string, boolean][] = [
    ['pending, an hour old', 'pending', '61 minutes', true],
    ['pending, just looked at', 'pending', '50 minutes', false],
    ['parked', 'parked', '2 hours', true],
    ['suspended', 'suspended', '2 hours', true],
    ['paid today', 'paid', '20 hours', false],
    ['paid yesterday', 'paid', '25 hours', true],
    ['foreign', 'foreign', '90 days', false],
    ['foreign, with a price that is ours by now', 'foreign', '2 hours', true],
    ['foreign, with such a price, just looked at', 'foreign', '50 minutes', false],
    ['foreign, from before its prices were kept', 'foreign', '25 hours', true],
    ['expired', 'expired', '3 days', false],
  ]
  await world.database.query('delete from access_grant')
  await world.database.query('delete from purchase')
  const insert = (id: string, state: string, settled: string, created: string) =>
    world.database.query(
      `insert into purchase (id, session_id, state, payment_status, livemode, created_at, settled_at)
       values (gen_random_uuid(), $1, $2, 'paid', false, $5::timestamptz - $4::interval, $5::timestamptz - $3::interval)`,
      [id, state, settled, created, new Date(Date.now() + later).toISOString()],
    )
  for (const [id, state, settled] of rows) await insert(id, state, settled, '5 days')
  await world.database.query(
    `update purchase set price_ids = array['price_other'] || case when session_id like '%such a price%' or session_id like '%ours by now'
       then array(select min(id) from price) else '{}' end where state = 'foreign' and session_id not like '%before%'`,
  )
  await insert('paid 121 days ago', 'paid', '25 hours', '121 days')
  await insert('pending for 40 days, asked this morning', 'pending', '9 hours', '40 days')
  const { rechecked } = await reconcile(ctx)
  const asked = await world.database.query<{ id: string }>(
    `select data->>'sessionId' as id from pgboss.job where name = 'order.settle' and data->>'sessionId' not like 'cs_%'`,
  )
  const expected = rows.filter(([, , , due]) => due).map(([id]) => id)
  expect(asked.map(({ id }) => id).sort()).toEqual(expected.sort())
  expect(rechecked).toBe(expected.length)
})

test('failing three times raises an alarm, and the next success ends it', async () => {
  await world.fault('stripe', { kind: 'status', on: 'api', status: 400, match: '/v1/events' })
  const open = async () => (await ctx.alarms.open(ctx.db)).map(({ cause }) => cause)
  for (let count = 0; count < reconcileLimits.failuresBeforeAlarm; count++) {
    expect(await open()).not.toContain('reconcile_failing')
    await expect(reconcile(ctx)).rejects.toMatchObject({ service: 'stripe' })
    later += reconcileLimits.againAfterFailureMs
  }
  expect(await open()).toContain('reconcile_failing')
  await world.clearFaults('stripe')
  await reconcile(ctx)
  expect(await open()).not.toContain('reconcile_failing')
})

test('a fault of ours that stops every run is an alarm too', async () => {
  const broken = async () => {
    throw new TypeError('a list of another shape')
  }
  const faulty = { ...ctx, payments: { ...ctx.payments, listEvents: broken } }
  for (let count = 0; count < reconcileLimits.failuresBeforeAlarm; count++) {
    await expect(reconcile(faulty)).rejects.toThrow(TypeError)
    later += reconcileLimits.againAfterFailureMs
  }
  expect((await ctx.alarms.open(ctx.db)).map(({ cause }) => cause)).toContain('reconcile_failing')
  await reconcile(ctx)
  expect((await ctx.alarms.open(ctx.db)).map(({ cause }) => cause)).not.toContain('reconcile_failing')
})

test('a run ends the alarm of parked orders once the last one is freed or ticked off, and not before', async () => {
  const sessionId = await sale()
  const { purchaseId } = await settleOrder(ctx, sessionId)
  const alarm = async () => (await ctx.alarms.open(ctx.db)).some(({ cause }) => cause === 'order_parked')
  const park = `update purchase set state = 'parked', flags = '{no_address}', flags_seen = '{}' where id = $1`
  await world.database.query(park, [purchaseId])
  await ctx.alarms.raise('order_parked', 'Eine Bestellung wartet.', { always: true })
  later += reconcileLimits.everyMs
  await reconcile(ctx)
  expect(await alarm()).toBe(true)
  await seeFlag(ctx, { purchaseId: purchaseId ?? '', flag: 'no_address', actor: 'cli', key: ctx.ids.uuid() })
  later += reconcileLimits.everyMs
  await reconcile(ctx)
  expect(await alarm()).toBe(false)
  await settleOrder(ctx, sessionId)
})

test('the preview tells what differs and writes nothing', async () => {
  const [missing, refunded] = [await sale(), await sale()]
  await settleOrder(ctx, refunded)
  const [row] = await world.database.query<{ pi: string }>(
    'select payment_intent_id as pi from purchase where session_id = $1',
    [refunded],
  )
  await fetch(`${world.urls.stripe}/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.secrets.stripeKey}` },
    body: new URLSearchParams({ payment_intent: row?.pi ?? '', amount: '5000' }),
  })
  const all = () =>
    world.database.query(`select (select count(*) from webhook_event) as events, (select count(*) from pgboss.job) as jobs,
      (select sum(version) from purchase) as versions, (select value from bookmark) as cursor`)
  const before = await all()
  const gaps = await previewReconcile(ctx, { since: new Date(Date.now() - 60 * MINUTE) })
  expect(await all()).toEqual(before)
  expect(gaps.missingSessions).toContain(missing)
  expect(gaps.unknownEvents.map(({ type }) => type)).toContain('refund.created')
  const differing = gaps.differing.filter(({ stripes }) => stripes !== null)
  expect(differing).toMatchObject([{ stripes: { state: 'paid', amountRefunded: 5_000 }, ours: { amountRefunded: 0 } }])
})

test('the command tells first, and makes up for it only with --commit', async () => {
  const missing = await sale()
  await emit(1, missing, 10 * MINUTE + later)
  const said: string[] = []
  const print = vi.spyOn(console, 'log').mockImplementation((line) => void said.push(String(line)))
  const run = async (...args: string[]) => {
    said.length = 0
    // A day that began before the sale, whatever the time of day is.
    await commands['']?.({ ...ctx, clock: { now: () => new Date() } }, ['--since', day, ...args])
    return said.join('\n')
  }
  const day = new Date(Date.now() - 24 * 60 * MINUTE).toISOString().slice(0, 10)
  try {
    expect(await run()).toContain(missing)
    expect(await jobsFor('order.settle', 'sessionId', missing)).toBe(0)
    await world.database.query(`update bookmark set value = value - 'until'`)
    await world.database.query('delete from alarm')
    const { progress, notBefore } = await cursor()
    expect(await run('--commit')).toContain(missing)
    expect(await jobsFor('order.settle', 'sessionId', missing)).toBe(1)
    expect(await cursor()).toMatchObject({ progress, notBefore })
    expect(await openCauses()).toContain(MISSING)
  } finally {
    print.mockRestore()
  }
  for (const wrong of ['gestern', '2999-01-01', '2026-13-45'])
    await expect(commands['']?.(ctx, ['--since', wrong])).rejects.toMatchObject({ code: 'invalid_input' })
})

test('the sweeper leaves events alone whose job lives, and gives the others one, however many sweep', async () => {
  later = 0
  await world.database.query('delete from webhook_event')
  const store = (id: string) =>
    ctx.inbox.reserve({
      source: 'stripe',
      id,
      type: 'charge.refunded',
      objectId: null,
      livemode: false,
      apiVersion: null,
      raw: Buffer.from('{}'),
      requestId: 'test',
    })
  for (const id of ['evt_alive', 'evt_lost', 'evt_young']) await store(id)
  await world.database.query(`delete from pgboss.job where data->>'eventId' in ('evt_lost', 'evt_young')`)
  await world.database.query(
    `update webhook_event set received_at = now() - interval '3 minutes' where id in ('evt_alive', 'evt_lost')`,
  )
  await Promise.all([sweepEvents(ctx), sweepEvents(ctx), sweepEvents(ctx)])
  expect(await jobsFor('stripe.event', 'eventId', 'evt_alive')).toBe(1)
  expect(await jobsFor('stripe.event', 'eventId', 'evt_lost')).toBe(1)
  expect(await jobsFor('stripe.event', 'eventId', 'evt_young')).toBe(0)
  expect(await sweepEvents(ctx)).toEqual({ redriven: 0, revived: 0 })
})

test('a settle that failed for good is forgotten once its order was settled otherwise', async () => {
  const [done, open] = [await sale(), await sale()]
  for (const sessionId of [done, open])
    await world.database.query(
      `insert into pgboss.job (name, data, source_name, created_on) values ('dead', $1, 'order.settle', now() - interval '1 hour')`,
      [JSON.stringify({ sessionId })],
    )
  await settleOrder(ctx, done)
  await sweepEvents(ctx)
  expect(await ctx.jobs.died(ctx.db, 'order.settle', 'sessionId', [done, open])).toEqual(
    new Map([[open, expect.any(Date)]]),
  )
})

test('the list of types fits into one question to Stripe', () => {
  expect(reconciledTypes.length).toBeLessThanOrEqual(20)
})
