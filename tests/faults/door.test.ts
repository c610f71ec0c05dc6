import { afterAll, beforeAll, expect, test } from 'vitest'
import { becomesWhole, deliveryOf, effectsOf, oneOfEach, order, pay } from '../kit/buying.ts'
import { until } from '../kit/until.ts'
import { openWorld, type World } from '../kit/world.ts'

/** The webhook's route in a real web process: what it answers, and what is stored when the process dies there. */

let world: World

/** Stripe's patience is unpublished; ours is this. The machine of a test run has other work, so the median counts. */
const ANSWER_MS = 300

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'worker', 'web'] })
})
afterAll(() => world?.close())

test('row 1: a paid order is one purchase, one grant, one mail, and Stripe has its answer at once', async () => {
  const waits: number[] = []
  for (const email of ['eins@example.de', 'zwei@example.de', 'drei@example.de', 'vier@example.de', 'acht@example.de']) {
    const session = await order(world, email)
    await pay(world, session)
    const { attempts } = await deliveryOf(world, session)
    expect(attempts.map(({ status }) => status)).toEqual([200])
    waits.push(attempts[0]!.ms)
    await becomesWhole(world, session, email)
  }
  expect(waits.sort((a, b) => a - b)[2]).toBeLessThan(ANSWER_MS)
})

test('row 2: the same event ten times in a row is ten times 200 and one effect', async () => {
  const session = await order(world, 'zehnmal@example.de')
  await pay(world, session)
  const { eventId } = await deliveryOf(world, session)
  for (let copy = 0; copy < 10; copy++) {
    const resent = await fetch(`${world.urls.stripe}/_events/${eventId}/resend`, { method: 'POST', body: '{}' })
    const { attempts } = (await resent.json()) as { attempts: { status: number }[] }
    expect(attempts.at(-1)?.status).toBe(200)
  }
  await becomesWhole(world, session, 'zehnmal@example.de')
})

test('row 5: a web killed before the commit has stored nothing; Stripe’s next try is the first', async () => {
  const session = await order(world, 'vor@example.de')
  await world.part('web').kill('SIGTERM')
  const dying = await world.start('web', { WERKSTATT_CRASH_AT: 'inbox.before-commit' })
  await pay(world, session, false)
  await until('the web dies', () => !dying.running)
  expect(await effectsOf(world, session)).toEqual({ purchases: 0, grants: 0, welcomes: 0, events: 0, open: 0 })
  await world.start('web')
  await becomesWhole(world, session, 'vor@example.de')
  const { attempts } = await deliveryOf(world, session)
  expect(attempts.at(-1)?.status).toBe(200)
  expect(attempts.length).toBeGreaterThan(1)
})

test('row 6: a web killed after the commit and before the 200: the job runs anyway, the retry is a duplicate', async () => {
  const session = await order(world, 'nach@example.de')
  await world.part('web').kill('SIGTERM')
  // Only this event may pass the point: the others of the payment would take the kill for themselves.
  await world.fault('stripe', { kind: 'drop', match: 'payment_intent.*' })
  await world.fault('stripe', { kind: 'drop', match: 'charge.*' })
  const dying = await world.start('web', { WERKSTATT_CRASH_AT: 'inbox.after-commit' })
  await pay(world, session, false)
  await until('the web dies', () => !dying.running)
  // No web lives, and Stripe was told nothing.
  await until('the worker settles it', async () => (await effectsOf(world, session)).welcomes === 1)
  expect(await effectsOf(world, session)).toEqual(oneOfEach)
  // A web on a busy machine may have said 500 before it took the event; a 2xx nobody heard.
  const heard = (await deliveryOf(world, session)).attempts.map(({ status }) => status)
  expect(heard.filter((status) => status >= 200 && status < 300)).toEqual([])
  await world.clearFaults('stripe')
  await world.start('web')
  await until('Stripe has its 200', async () => (await deliveryOf(world, session)).state === 'delivered')
  await becomesWhole(world, session, 'nach@example.de')
})

test.each([
  ['429', { kind: 'status', status: 429, retryAfter: 1 }],
  ['500', { kind: 'status', status: 500 }],
  ['404', { kind: 'status', status: 404 }],
  ['an answer cut off', { kind: 'cut' }],
  ['a torn connection', { kind: 'reset' }],
  ['silence', { kind: 'hang', ms: 20_000 }],
])(
  'row 39: Stripe answers our question with %s: the webhook is 200, the page waits, the job goes on',
  async (name, fault) => {
    const email = `frage${name.replace(/\W/g, '')}@example.de`
    const browser = world.browser()
    const session = await order(world, email, browser)
    // The SDK repeats some of these by itself, so the trouble lasts for several calls.
    await world.fault('stripe', { ...fault, match: 'GET /v1/checkout/sessions/*', times: name === 'silence' ? 2 : 6 })
    await pay(world, session)
    expect((await deliveryOf(world, session)).attempts[0]?.status).toBe(200)
    const page = await browser.get(`/kauf/danke?session_id=${session}`)
    expect(page.status).toBe(200)
    expect(page.text).not.toMatch(/Laufzettel ist fertig|Application error/)
    await becomesWhole(world, session, email)
    await world.clearFaults('stripe')
  },
)
