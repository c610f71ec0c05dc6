import { expect } from 'vitest'
import type { Browser } from './browser.ts'
import { until } from './until.ts'
import type { World } from './world.ts'

/** Ordering and paying through the front door, as a person does; for worlds with a running web. */

const consent = { startNow: true, acknowledgesLoss: true }

export async function order(world: World, email: string, browser: Browser = world.browser()): Promise<string> {
  // Right after a start or an outage the price may not be mirrored yet.
  const answer = await until('the order is taken', async () => {
    const tried = await browser.post('/api/stripe/create-checkout', { email, consent })
    return tried.status === 200 ? tried : null
  })
  return /cs_test_\w+/.exec(answer.json<{ url: string }>().url)?.[0] ?? ''
}

/** Answers after Stripe's first try to tell the shop, as the payment page does. */
export async function pay(world: World, sessionId: string, wait = true): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ wait })
  expect((await fetch(`${world.urls.stripe}/_pay/${sessionId}`, { method: 'POST', headers, body })).status).toBe(200)
}

export interface Delivered {
  eventId: string
  state: string
  attempts: { status: number; ms: number }[]
}

/** How Stripe's delivery of a session's event went. */
export async function deliveryOf(
  world: World,
  sessionId: string,
  type = 'checkout.session.completed',
): Promise<Delivered> {
  const state = (await (await fetch(`${world.urls.stripe}/_state`)).json()) as {
    events: { id: string; type: string; data: { object: { id: string } } }[]
    deliveries: (Omit<Delivered, 'eventId'> & { id: string })[]
  }
  const event = state.events.find((one) => one.type === type && one.data.object.id === sessionId)
  const delivery = state.deliveries.find(({ id }) => id === event?.id)
  return { eventId: event?.id ?? '', state: delivery?.state ?? 'none', attempts: delivery?.attempts ?? [] }
}

export interface Effects {
  purchases: number
  grants: number
  welcomes: number
  events: number
  open: number
}

/** What a session has caused so far. */
export async function effectsOf(world: World, sessionId: string): Promise<Effects> {
  const [row] = await world.database.query<Effects & Record<string, number>>(
    `select (select count(*)::int from purchase where session_id = $1 and state = 'paid') as purchases,
       (select count(*)::int from access_grant g join purchase p on g.source = 'purchase:' || p.id
          where p.session_id = $1 and g.revoked_at is null) as grants,
       (select count(*)::int from letter l join purchase p on p.id = l.purchase_id
          where p.session_id = $1 and l.kind = 'welcome' and l.state not in ('queued', 'parked')) as welcomes,
       (select count(*)::int from webhook_event
          where object_id = $1 and type = 'checkout.session.completed') as events,
       (select count(*)::int from webhook_event where object_id = $1 and handled_at is null) as open`,
    [sessionId],
  )
  return row!
}

export const oneOfEach: Effects = { purchases: 1, grants: 1, welcomes: 1, events: 1, open: 0 }

/** Waits until an order is settled, mailed and stamped; fails if anything was done twice. */
export async function becomesWhole(world: World, sessionId: string, email: string): Promise<void> {
  await until(`${sessionId} is settled and mailed`, async () => {
    const now = await effectsOf(world, sessionId)
    return now.welcomes > 0 && now.open === 0
  })
  expect(await effectsOf(world, sessionId)).toEqual(oneOfEach)
  expect(await world.mails(email)).toHaveLength(1)
}
