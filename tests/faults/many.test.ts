import { createHmac, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestProcess } from '../kit/processes.ts'
import { until } from '../kit/until.ts'
import { openWorld, type World } from '../kit/world.ts'

/** Two web and two worker processes on one PostgreSQL behave as one, also while some of them come and go. */

let world: World
let secondWeb: TestProcess & { url: string }
let secondWorker: TestProcess & { url: string }
let orders = 0

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'worker', 'web'] })
  secondWeb = await world.another('web')
  secondWorker = await world.another('worker')
})
afterAll(() => world?.close())

interface Order {
  email: string
  sessionId: string
}

async function order(url = world.url): Promise<Order> {
  const email = `viele${++orders}@example.de`
  const answer = await world.browser(undefined, url).post('/api/stripe/create-checkout', { email })
  const sessionId = /cs_test_\w+/.exec(answer.text)?.[0]
  if (!sessionId) throw new Error(`no checkout: ${answer.status} ${answer.text}`)
  return { email, sessionId }
}

async function pay({ sessionId }: Order): Promise<void> {
  const answer = await fetch(`${world.urls.stripe}/_pay/${sessionId}`, { method: 'POST' })
  expect(answer.status).toBe(200)
}

async function isWholeOnce({ email, sessionId }: Order): Promise<void> {
  await until(`${sessionId} is settled and mailed`, async () => (await world.mails(email)).length > 0)
  const whole = () =>
    world.database.query<{ state: string; grants: number; letters: number; open: number }>(
      `select p.state,
         (select count(*)::int from access_grant g where g.source = 'purchase:' || p.id and g.revoked_at is null) as grants,
         (select count(*)::int from letter l where l.purchase_id = p.id and l.kind = 'welcome') as letters,
         (select count(*)::int from webhook_event e where e.object_id = p.session_id and e.handled_at is null) as open
       from purchase p where p.session_id = $1`,
      [sessionId],
    )
  await until(`${sessionId} has no open event`, async () => (await whole())[0]?.open === 0)
  expect(await whole()).toEqual([{ state: 'paid', grants: 1, letters: 1, open: 0 }])
  expect(await world.mails(email)).toHaveLength(1)
}

function delivery(sessionId: string) {
  const id = `evt_many_${randomUUID().replaceAll('-', '')}`
  const body = JSON.stringify({
    id,
    object: 'event',
    type: 'checkout.session.completed',
    api_version: '2026-10-28.endive',
    livemode: false,
    data: { object: { id: sessionId, object: 'checkout.session' } },
  })
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', world.secrets.stripeWebhook).update(`${at}.${body}`).digest('hex')
  const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${mac}` }
  const send = (origin: string) => fetch(`${origin}/api/webhook/stripe`, { method: 'POST', body, headers })
  return { id, send }
}

test('row 3: one event twenty times at once at two doors is one row, one job, one grant, one mail', async () => {
  const bought = await order(secondWeb.url)
  await world.fault('stripe', { kind: 'drop', on: 'delivery' })
  await pay(bought)
  await world.clearFaults('stripe')
  const { id, send } = delivery(bought.sessionId)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => send(index % 2 === 0 ? world.url : secondWeb.url)),
  )
  const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as { duplicate?: boolean }[]
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect(bodies.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
  await isWholeOnce(bought)
  const jobs = await world.database.query(`select id from pgboss.job where data->>'eventId' = $1`, [id])
  expect(jobs).toHaveLength(1)
})

test('a crowd over both doors, while one worker and one web are killed, is settled once each', async () => {
  const crowd = await Promise.all(
    Array.from({ length: 30 }, (_, index) => order(index % 2 === 0 ? world.url : secondWeb.url)),
  )
  const paying = Promise.all(crowd.map((one) => pay(one)))
  await sleep(150)
  await world.part('worker').kill('SIGKILL')
  await secondWeb.kill('SIGKILL')
  await paying
  await world.start('worker')
  secondWeb = await world.another('web')
  for (const one of crowd) await isWholeOnce(one)
})

test('a login at one web counts at the other, and ends there when it ends here', async () => {
  const bought = await order()
  await pay(bought)
  await isWholeOnce(bought)
  const [mail] = await world.mails(bought.email)
  const token = /\/anmelden\/link\?token=([\w-]+)/.exec(mail?.text ?? '')?.[1]
  const [here, there] = [world.browser(), world.browser(undefined, secondWeb.url)]
  const answers = await Promise.all([
    here.post('/api/auth/verify', { token }),
    there.post('/api/auth/verify', { token }),
  ])
  // One click wins, whichever process it met.
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
  const winner = answers[0]?.status === 200 ? here : there
  const elsewhere = world.browser(undefined, winner === here ? secondWeb.url : world.url)
  elsewhere.cookies.set('session', winner.cookies.get('session') ?? '')
  expect((await elsewhere.get('/api/progress')).status).toBe(200)
  expect((await winner.post('/api/auth/logout')).status).toBeLessThan(400)
  expect((await elsewhere.get('/api/progress')).status).toBe(401)
})

test('limits count over all processes together', async () => {
  const email = 'zaehlt-gemeinsam@example.de'
  const statuses: number[] = []
  for (let index = 0; index < 12; index++) {
    const at = index % 2 === 0 ? world.url : secondWeb.url
    statuses.push((await world.browser(`10.9.${index}.1`, at).post('/api/auth/magic-link', { email })).status)
  }
  const passed = statuses.filter((status) => status === 200).length
  expect(statuses).toContain(429)
  // The same address at one process alone would get as many: nobody doubles a limit by changing the door.
  const alone = 'zaehlt-allein@example.de'
  let passedAlone = 0
  for (let index = 0; index < 12; index++)
    if ((await world.browser(`10.8.${index}.1`).post('/api/auth/magic-link', { email: alone })).status === 200)
      passedAlone++
  expect(passed).toBe(passedAlone)
})

test('row 64: a worker that is told to stop finishes or returns its jobs; nothing is lost, nothing twice', async () => {
  await world.fault('resend', { kind: 'delay', ms: 1_500, match: '/emails' })
  const crowd = await Promise.all(Array.from({ length: 12 }, () => order()))
  await Promise.all(crowd.map((one) => pay(one)))
  await until('several letters are being sent', async () => {
    const [row] = await world.database.query<{ n: number }>(
      `select count(*)::int as n from pgboss.job where name = 'letter.send' and state = 'active'`,
    )
    return (row?.n ?? 0) >= 3
  })
  await Promise.all([world.part('worker').kill('SIGTERM'), secondWorker.kill('SIGTERM')])
  await world.clearFaults('resend')
  await world.start('worker')
  secondWorker = await world.another('worker')
  for (const one of crowd) await isWholeOnce(one)
})

test('row 64: a web that is told to stop answers what it has begun', async () => {
  await world.fault('stripe', { kind: 'delay', on: 'api', ms: 1_000, match: '/v1/checkout/sessions' })
  const leaving = await world.another('web')
  const opening = order(leaving.url)
  await sleep(300)
  const stopped = leaving.kill('SIGTERM')
  expect((await opening).sessionId).toMatch(/^cs_test_/)
  await stopped
  expect(leaving.running).toBe(false)
  await world.clearFaults('stripe')
})

test('row 64: purchases go on while a newer version migrates and its processes start beside ours', async () => {
  const crowd = await Promise.all(Array.from({ length: 10 }, () => order()))
  const paying = Promise.all(crowd.map((one) => pay(one)))
  // What a next version's migration does: it only adds, and notes itself as the newest.
  await world.database.query('alter table purchase add column of_the_next_version text')
  await world.database.query('create table next_version (id int primary key)')
  await world.database.query(
    `insert into drizzle.__drizzle_migrations (hash, created_at) values ('next', 9999999999999)`,
  )
  await paying
  for (const one of crowd) await isWholeOnce(one)
  expect((await fetch(`${world.url}/api/ready`)).status).toBe(200)
  const late = await world.another('worker')
  const after = await order(secondWeb.url)
  await pay(after)
  await isWholeOnce(after)
  await late.kill('SIGTERM')
})

test('row 64: a letter of a newer template waits for a worker that knows it', async () => {
  const id = randomUUID()
  await world.database.query(
    `insert into letter (id, kind, unique_key, to_address, inputs, template_version, key_id)
     values ($1, 'login', $2, 'neuer@example.de', '{"data":{},"frame":{}}', 99, $3)`,
    [id, `login:${id}`, world.ctx.tokens.linkKeyId],
  )
  await world.ctx.jobs.send(world.ctx.db, 'letter.send', { letterId: id, requestId: 'test' })
  await until('it was tried', async () => {
    const [job] = await world.database.query<{ state: string }>(
      `select state from pgboss.job where data->>'letterId' = $1`,
      [id],
    )
    return job?.state === 'retry'
  })
  const [letter] = await world.database.query<{ state: string }>('select state from letter where id = $1', [id])
  expect(letter?.state).toBe('queued')
  expect(await world.mails('neuer@example.de')).toEqual([])
})
