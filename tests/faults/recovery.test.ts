import pg from 'pg'
import { afterAll, afterEach, expect, inject, test } from 'vitest'
import { replayEvent } from '#domain/operator/replayEvent.ts'
import { sweepEvents, sweepLimits } from '#domain/operator/sweepEvents.ts'
import { reconcile } from '#domain/sales/reconciler/reconcile.ts'
import type { Ctx } from '#ports'
import { until } from '../kit/until.ts'
import { openWorld, type World } from '../kit/world.ts'

/**
 * What makes up for lost jobs: rows of docs/faults.md about jobs, backups and deliveries that never came. No web runs,
 * so no delivery of Stripe's arrives: whatever happens is done by the sweeper and the reconciler.
 */

const worlds: World[] = []
async function open(options: Partial<Parameters<typeof openWorld>[0]> = {}): Promise<World> {
  const world = await openWorld({ parts: ['emulators', 'worker'], ...options })
  worlds.push(world)
  return world
}
afterEach(async () => {
  for (const world of worlds) await world.clearFaults('stripe').catch(() => {})
})
afterAll(async () => {
  for (const world of worlds) await world.close()
})

async function stripe<T = Record<string, string>>(world: World, where: string, body: unknown = {}): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${world.urls.stripe}${where}`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
  return answer.json() as Promise<T>
}
async function sale(world: World, email: string): Promise<string> {
  const { id = '' } = await stripe(world, '/_sessions', { price: 'price_kurs', email })
  await stripe(world, `/_pay/${id}`)
  return id
}
/** Half an hour has passed at Stripe since the last sale. */
async function longAgo(world: World): Promise<void> {
  const state = (await (await fetch(`${world.urls.stripe}/_state`)).json()) as {
    events: { id: string; created: number }[]
  }
  for (const { id, created } of state.events) await stripe(world, `/_change/${id}`, { created: created - 1_800 })
}
/** The time until the reconciler's next run is over. */
const reconcilerIsDue = (world: World) =>
  world.database.query(`update bookmark set value = value - 'notBefore' where name = 'reconciler'`)

/** Its next run, now: the worker's own would come within half a minute, or be at its end this very moment. */
const reconcileNow = (world: World) =>
  until('the reconciler ran', async () => {
    await reconcilerIsDue(world)
    return (await reconcile(world.ctx)).ran
  })

const ring = (world: World, id: string, sessionId: string) =>
  world.ctx.inbox.reserve({
    source: 'stripe',
    id,
    type: 'checkout.session.completed',
    objectId: sessionId,
    livemode: false,
    apiVersion: null,
    raw: Buffer.from('{}'),
    requestId: 'test',
  })
const handled = async (world: World, id: string) => (await world.ctx.inbox.read('stripe', id))?.handledAt ?? null
const effects = async (world: World, sessionId: string) =>
  (
    await world.database.query(
      `select p.id, p.state, (select count(*)::int from access_grant g where g.source = 'purchase:' || p.id and g.revoked_at is null) as grants,
         (select array_agg(l.id::text) from letter l where l.purchase_id = p.id and l.kind = 'welcome') as welcomes
       from purchase p where p.session_id = $1`,
      [sessionId],
    )
  )[0] as { id: string; state: string; grants: number; welcomes: string[] } | undefined
const settled = (world: World, sessionId: string, state = 'paid') =>
  until(`${sessionId} is ${state}`, async () => {
    const found = await effects(world, sessionId)
    return found?.state === state ? found : null
  })
const jobsOf = (world: World, id: string, where = 'true') =>
  world.database.query<{ id: string; name: string }>(
    `select id, name from pgboss.job where data->>'eventId' = $1 and ${where}`,
    [id],
  )

test('row 12: the job table is empty, the event is not handled: the sweeper gives it a new job', async () => {
  const world = await open()
  await world.part('worker').kill('SIGTERM')
  const sessionId = await sale(world, 'zwoelf@example.de')
  await ring(world, 'evt_lost_job', sessionId)
  await world.database.query('delete from pgboss.job')
  await world.database.query(`update webhook_event set received_at = now() - interval '3 minutes'`)
  // The reconciler would find the sale, too; here it must be the sweeper.
  await world.database.query(`update bookmark set value = value || '{"notBefore":"2999-01-01T00:00:00Z"}'`)

  await world.start('worker')
  const { grants, welcomes } = await settled(world, sessionId)
  expect([grants, welcomes.length]).toEqual([1, 1])
  // The reconciler may have settled the order a moment before the event's own job.
  await until('the event is handled', () => handled(world, 'evt_lost_job'))
  expect(await jobsOf(world, 'evt_lost_job')).toHaveLength(1)
})

test('row 13: a poison event is tried, ends among the dead, disturbs nobody, and is tried again each hour', async () => {
  const world = await open()
  const [poison, good] = [await sale(world, 'gift@example.de'), await sale(world, 'gut@example.de')]
  await world.fault('stripe', { kind: 'status', on: 'api', status: 400, match: `/v1/checkout/sessions/${poison}` })
  await ring(world, 'evt_poison', poison)
  await ring(world, 'evt_good', good)
  await settled(world, good)
  await until('the poison failed', async () => (await world.ctx.inbox.read('stripe', 'evt_poison'))?.lastError)
  expect(await handled(world, 'evt_poison')).toBeNull()

  // Its twentieth try comes after nine hours; here the next one is the last.
  await until('the poison is dead', async () => {
    await world.database.query(
      `update pgboss.job set retry_limit = retry_count, start_after = now() where name = 'stripe.event' and state = 'retry'`,
    )
    return (await jobsOf(world, 'evt_poison', `name = 'dead'`)).length === 1
  })
  await world.database.query(
    `update webhook_event set received_at = now() - interval '3 minutes' where handled_at is null`,
  )
  expect((await world.ctx.vitals.pulse()).deadJobs).toBe(1)
  expect(await sweepEvents(world.ctx)).toEqual({ redriven: 0, revived: 0 })

  await world.clearFaults('stripe')
  const inAnHour: Ctx = {
    ...world.ctx,
    clock: { now: () => new Date(Date.now() + sweepLimits.deadPauseMs + 1_000) },
  }
  const swept = await Promise.all([sweepEvents(inAnHour), sweepEvents(inAnHour)])
  expect(swept.some(({ revived }) => revived === 1)).toBe(true)
  await settled(world, poison)
  expect(await handled(world, 'evt_poison')).not.toBeNull()
  expect((await world.ctx.vitals.pulse()).deadJobs).toBe(0)
})

test('a handled event is replayed: worked again, once per click, with an entry in the audit log', async () => {
  const world = worlds[0]!
  const before = (await world.ctx.inbox.read('stripe', 'evt_lost_job'))!
  const key = world.ctx.ids.uuid()
  const click = { source: 'stripe', id: 'evt_lost_job', actor: 'person:operator', key } as const
  expect(await replayEvent(world.ctx, click)).toEqual({ queued: true })
  expect(await replayEvent(world.ctx, click)).toEqual({ queued: false })
  const after = await until('handled again', async () => {
    const event = await world.ctx.inbox.read('stripe', 'evt_lost_job')
    return event?.handledAt && event.handledAt > before.handledAt! ? event : null
  })
  expect(after.attempts).toBe(before.attempts + 1)
  const entries = await world.ctx.audit.list(world.ctx.db, { target: 'stripe:evt_lost_job', limit: 5 })
  expect(entries).toMatchObject([{ id: key, actor: 'person:operator', action: 'event.replay' }])
  expect((await effects(world, before.objectId!))?.welcomes).toHaveLength(1)
  await expect(replayEvent(world.ctx, { ...click, id: 'evt_nobody', key: world.ctx.ids.uuid() })).rejects.toMatchObject(
    { code: 'not_found' },
  )
})

/** A superuser beside the world's database: takes and puts back a whole copy of it. */
async function asOperator(world: World, ...statements: string[]): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('postgresUrl') })
  await admin.connect()
  const name = new URL(world.database.url).pathname.slice(1)
  await admin.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
    [name],
  )
  for (const statement of statements) await admin.query(statement.replaceAll('$db', name))
  await admin.end()
}

test('row 66: a backup of an hour ago is restored: purchases come back, and nobody gets a second mail', async () => {
  const world = await open()
  const kept = await sale(world, 'vorher@example.de')
  await longAgo(world)
  await reconcileNow(world)
  const before = await settled(world, kept)
  await world.mail('vorher@example.de')
  await world.part('worker').kill('SIGTERM')
  await asOperator(world, 'create database $db_backup template $db')

  await world.start('worker')
  const lost = await sale(world, 'nachher@example.de')
  await stripe(world, '/_settings', { refunds: 'succeeded' })
  const [{ pi } = { pi: '' }] = await world.database.query<{ pi: string }>(
    'select payment_intent_id as pi from purchase where session_id = $1',
    [kept],
  )
  await world.ctx.payments.refund({ paymentIntentId: pi, amount: null, idempotencyKey: 'refund-66', metadata: {} })
  await longAgo(world)
  await reconcileNow(world)
  const first = await settled(world, lost)
  await settled(world, kept, 'refunded')
  const mail = await world.mail('nachher@example.de')
  await until('handed over', async () => {
    const [letter] = await world.database.query(`select provider_id from letter where id = $1`, [first.welcomes[0]])
    return letter?.provider_id
  })

  await world.part('worker').kill('SIGTERM')
  await asOperator(world, 'drop database $db with (force)', 'create database $db template $db_backup')
  expect(await until('the database is back', async () => [await effects(world, lost)])).toEqual([undefined])
  expect(await effects(world, kept)).toEqual(before)

  // The worker that ran when the backup was made may have held the cursor: its lease is over, too.
  await world.database.query(
    `update bookmark set value = value - 'notBefore' - 'until' - 'holder' where name = 'reconciler'`,
  )
  await world.start('worker')
  const again = await settled(world, lost)
  expect(again).toEqual(first)
  await settled(world, kept, 'refunded')
  await until('the letter is handed over again', async () => {
    const [letter] = await world.database.query(`select state from letter where id = $1`, [again.welcomes[0]])
    return letter?.state !== 'queued'
  })
  expect(await world.mails('nachher@example.de')).toHaveLength(1)
  expect((await world.mails('vorher@example.de')).filter(({ subject }) => subject !== mail.subject)).toHaveLength(1)
  // The events we once acknowledged are known again.
  await until('three events are handled', async () => {
    const rows = await world.database.query(
      `select id from webhook_event where type in ('charge.refunded', 'checkout.session.completed') and handled_at is not null`,
    )
    return rows.length === 3
  })
  await asOperator(world, 'drop database $db_backup')
})

test('row 10: the database was away while people paid, and Stripe has given up: everything appears once', async () => {
  const world = await open({ ownPostgres: true })
  // A runner that is cut off in the middle holds its lease for two more minutes.
  await until(
    'the first run has ended',
    async () => (await world.database.query(`select 1 from bookmark where value ? 'notBefore'`)).length,
  )
  await world.postgres!.stop()
  const sessions = [await sale(world, 'zehn1@example.de'), await sale(world, 'zehn2@example.de')]
  await longAgo(world)
  await world.postgres!.start()
  await reconcileNow(world)
  for (const sessionId of sessions) {
    const { grants, welcomes } = await settled(world, sessionId)
    expect([grants, welcomes.length]).toEqual([1, 1])
  }
  for (const to of ['zehn1@example.de', 'zehn2@example.de']) await world.mail(to)
  expect(await world.mails('zehn1@example.de')).toHaveLength(1)
})
