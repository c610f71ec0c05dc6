import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { ensureAdmins } from '#domain/access/ensureAdmins.ts'
import type { Answer, Browser } from '../../kit/browser.ts'
import { personIn } from '../../kit/people.ts'
import { newAddress, test } from '../../kit/shop.ts'
import { until } from '../../kit/until.ts'
import type { World } from '../../kit/world.ts'

/** The order's routes as a browser meets them: production build, real cookies, the worker settling behind them. */

let world: World
const checkout = '/api/stripe/create-checkout'

test.beforeAll(async ({ shop }) => {
  world = shop
  await ensureAdmins(world.ctx)
  await until('the price is mirrored', async () => {
    const rows = await world.database.query('select 1 from price where current')
    return rows.length === 1
  })
})

interface Refusal {
  error: { code: string; message: string; facts?: Record<string, unknown>; fields?: Record<string, string> }
}
interface Status {
  payment: string
  access: boolean
  mayLogIn: boolean
  emailMasked: string
  amountTotal: number
  letter: { state: string } | null
}

const sessionIn = (url: string) => /cs_test_\w+/.exec(url)?.[0] ?? ''
const pay = async (sessionId: string, email?: string) => {
  const answer = await fetch(`${world.urls.stripe}/_pay/${sessionId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(email ? { email } : {}),
  })
  expect(answer.status).toBe(200)
}
const drafts = () => world.database.query<{ id: string }>('select id from order_draft')

async function buy(email: string, browser: Browser = world.browser()) {
  const opened = await browser.post(checkout, { email })
  expect(opened.status).toBe(200)
  const sessionId = sessionIn(opened.json<{ url: string }>().url)
  await pay(sessionId)
  const path = `/api/orders/${sessionId}/status`
  const status = await until(
    `access for ${email}`,
    async () => {
      const now = (await browser.get(path)).json<Status>()
      return now.access ? now : null
    },
    { everyMs: 100 },
  )
  return { browser, sessionId, path, status }
}

test('an empty order is an order, and its cookie is out of reach for scripts and strangers', async () => {
  const browser = world.browser()
  const answer = await browser.post(checkout, {})
  expect(answer.status).toBe(200)
  const { url } = answer.json<{ url: string }>()
  expect(new URL(url).origin).toBe(world.urls.stripe)
  const [cookie, ...more] = answer.headers.getSetCookie()
  expect(more).toEqual([])
  expect(cookie).toMatch(/^checkout=[\w-]+\.[\w-]+\.[\w-]+; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax$/)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const status = await browser.get(`/api/orders/${sessionIn(url)}/status`)
  expect(status.json()).toMatchObject({ payment: 'open', access: false, mayLogIn: false })
  const bare = await world.browser().send('POST', checkout)
  expect(bare.status).toBe(200)
})

test('a plain form is led on by 303, and a refused one back to its page', async () => {
  const browser = world.browser()
  const fields = { email: 'form@example.de', shownAmount: '34900', 'consent.startNow': 'on', attemptId: randomUUID() }
  const answer = await browser.submit(checkout, fields)
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toContain(`${world.urls.stripe}/`)
  expect(browser.cookies.has('checkout')).toBe(true)
  const [draft] = await world.database.query(
    'select email, consent_start_now, consent_acknowledges_loss from order_draft where attempt_id = $1',
    [fields.attemptId],
  )
  expect(draft).toEqual({ email: 'form@example.de', consent_start_now: true, consent_acknowledges_loss: false })
  const stale = await world.browser().submit(checkout, { shownAmount: '100' })
  expect([stale.status, stale.headers.get('location')]).toEqual([303, '/bestellen?fehler=price_changed'])
  expect((await world.browser().get('/bestellen?fehler=price_changed')).text).toContain('Preis')
})

test('an address that neither checkout nor post would take is refused at its field', async () => {
  for (const path of [checkout, '/api/auth/magic-link']) {
    const answer = await world.browser().post(path, { email: 'müller@example.de' })
    const { error } = JSON.parse(answer.text)
    expect([answer.status, error.code]).toEqual([400, 'invalid_input'])
    expect(error.fields.email).toMatch(/^Umlaute und Sonderzeichen vor dem @ .*Nimm bitte eine andere Adresse\.$/)
  }
})

test('two clicks at once are one session, one order and one cookie', async () => {
  const browser = world.browser()
  const attemptId = randomUUID()
  const before = (await drafts()).length
  const clicks = await Promise.all([1, 2, 3, 4].map(() => browser.post(checkout, { attemptId })))
  expect(clicks.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(new Set(clicks.map((click) => click.json<{ url: string }>().url)).size).toBe(1)
  expect((await drafts()).length).toBe(before + 1)
  const nonces = clicks.map((click) => {
    const payload = /checkout=[^.]+\.([^.]+)/.exec(click.headers.getSetCookie()[0] ?? '')?.[1] ?? ''
    return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { nonce: string }).nonce
  })
  expect(new Set(nonces).size).toBe(1)
})

test('another price than the shown one is a conflict that names the new one, and nothing is opened', async () => {
  const setPrice = (unitAmount: number) =>
    fetch(`${world.urls.stripe}/_price`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ unitAmount }),
    })
  const currentIs = (amount: number) =>
    until(`the price of ${amount}`, async () => {
      const [row] = await world.database.query<{ unit_amount: number }>('select unit_amount from price where current')
      return row?.unit_amount === amount
    })
  await setPrice(39_900)
  await currentIs(39_900)
  const before = (await drafts()).length
  const answer = await world.browser().post(checkout, { shownAmount: 34_900 })
  expect(answer.status).toBe(409)
  const { error } = answer.json<Refusal>()
  expect(error).toMatchObject({ code: 'price_changed', facts: { amount: 39_900, currency: 'eur' } })
  expect(error.message).toContain('399,00')
  expect((await drafts()).length).toBe(before)
  expect((await world.browser().post(checkout, { shownAmount: 39_900 })).status).toBe(200)
  await setPrice(34_900)
  await currentIs(34_900)
})

test('while Stripe is away nothing is booked and the answer says when to come again; then it works', async () => {
  await world.fault('stripe', { kind: 'status', status: 503, match: 'POST /v1/checkout/sessions' })
  const attemptId = randomUUID()
  const browser = world.browser()
  const away = await browser.post(checkout, { attemptId })
  expect([away.status, away.json<Refusal>().error.code]).toEqual([503, 'payments_unavailable'])
  expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(away.json<Refusal>().error.message).toContain('nichts gebucht')
  expect(browser.cookies.has('checkout')).toBe(false)
  await world.clearFaults('stripe')
  const back = await until('the counter opens again', async () => {
    const answer = await browser.post(checkout, { attemptId })
    return answer.status === 200 ? answer : null
  })
  expect(back.json()).toEqual({ url: expect.stringContaining(world.urls.stripe) })
  expect(await world.database.query('select id from order_draft where attempt_id = $1', [attemptId])).toHaveLength(1)
})

test('who has the course is not charged again', async () => {
  const { browser } = await personIn(world, newAddress('hat-schon'), { course: true })
  const before = (await drafts()).length
  const answer = await browser.post(checkout, {})
  expect([answer.status, answer.json<Refusal>().error.code]).toEqual([409, 'already_owner'])
  const form = await browser.submit(checkout, {})
  expect([form.status, form.headers.get('location')]).toEqual([303, '/bestellen?fehler=already_owner'])
  expect((await drafts()).length).toBe(before)
})

test("an order's state is for the browser that ordered, and for nobody else", async () => {
  const [mine, theirs] = [world.browser(), world.browser()]
  const path = async (browser: Browser) =>
    `/api/orders/${sessionIn((await browser.post(checkout, {})).json<{ url: string }>().url)}/status`
  const [minePath, theirPath] = [await path(mine), await path(theirs)]
  expect((await mine.get(minePath)).status).toBe(200)
  for (const [browser, foreign] of [
    [mine, theirPath],
    [theirs, minePath],
    [world.browser(), minePath],
    [(await personIn(world, newAddress('neugierig'), { admin: true })).browser, minePath],
  ] as const) {
    const answer = await browser.get(foreign)
    expect([answer.status, answer.json<Refusal>().error.code]).toEqual([404, 'not_found'])
  }
})

test('the browser that bought a new account goes in once, unproven; the first link ends that', async () => {
  const email = newAddress('neu')
  const { browser, path, status } = await buy(email)
  expect(status).toMatchObject({ payment: 'paid', mayLogIn: true, emailMasked: 'n•••@example.de', amountTotal: 34_900 })
  const proof = browser.cookies.get('checkout') ?? ''
  const twin = world.browser()
  twin.cookies.set('checkout', proof)
  const [one, two] = await Promise.all([browser.post('/api/auth/checkout'), twin.post('/api/auth/checkout')])
  expect([one.status, two.status].sort()).toEqual([200, 403])
  const inside = one.status === 200 ? browser : twin
  expect(inside.cookies.has('checkout')).toBe(false)
  const third = world.browser()
  third.cookies.set('checkout', proof)
  expect((await third.post('/api/auth/checkout')).json<Refusal>().error.code).toBe('forbidden')
  expect((await third.get(path)).json()).toMatchObject({ mayLogIn: false })

  const free = world.ctx.content.course().lessons[0]?.id ?? ''
  expect((await inside.get('/werkstatt')).status).toBe(200)
  expect((await inside.post(`/api/lessons/${free}/play`)).status).toBe(200)
  expect((await inside.get('/api/progress')).status).toBe(200)
  expect((await inside.get('/admin')).status).toBe(404)
  expect((await inside.get('/api/bunny/videos')).status).toBe(403)
  const sessions = (await inside.get('/api/auth/sessions')).json<{ sessions: { kind: string }[] }>().sessions
  expect(sessions.map(({ kind }) => kind)).toEqual(['unproven'])

  const { text } = await world.mail(email)
  const token = /token=([\w-]+)/.exec(text)?.[1] ?? ''
  const owner = world.browser()
  expect((await owner.post('/api/auth/verify', { token })).status).toBe(200)
  expect((await inside.get('/api/progress')).status).toBe(401)
  // A page that has begun to stream leads away by its text instead of its status.
  const workshop = await inside.get('/werkstatt')
  expect(`${workshop.headers.get('location')} ${workshop.text}`).toContain('/anmelden?next=')
  expect((await owner.get('/api/progress')).status).toBe(200)
})

test('a checkout that closed unpaid is called so, and reopened by Stripe it is the same order in the same browser', async () => {
  const browser = world.browser()
  const opened = await browser.post(checkout, { email: newAddress('spaet') })
  const sessionId = sessionIn(opened.json<{ url: string }>().url)
  const status = async (session: string, by = browser) => (await by.get(`/api/orders/${session}/status`)).json<Status>()
  expect((await fetch(`${world.urls.stripe}/_sessions/${sessionId}/expire`, { method: 'POST' })).status).toBe(200)
  await until('the page says so', async () => (await status(sessionId)).payment === 'expired')
  const page = await browser.get(`/kauf/danke?session_id=${sessionId}`)
  expect(page.text).toContain('Die Kasse hat geschlossen.')
  expect(page.text).toContain('href="/bestellen"')

  const reopened = await fetch(`${world.urls.stripe}/_sessions/${sessionId}/recover`, { method: 'POST' })
  const { id: recovered } = (await reopened.json()) as { id: string }
  await pay(recovered)
  await until('the reopened order is paid', async () => (await status(recovered)).access)
  expect(await status(recovered)).toMatchObject({ payment: 'paid', emailMasked: 's•••@example.de' })
  expect((await browser.get(`/kauf/danke?session_id=${recovered}`)).text).toContain('Zahlung ist da.')
  for (const stranger of [world.browser(), (await buy(newAddress('fremd'))).browser])
    expect((await stranger.get(`/api/orders/${recovered}/status`)).status).toBe(404)
})

test('paying with the address of an older account, or of the operator, opens nothing', async () => {
  const old = newAddress('altes-konto')
  await personIn(world, old)
  for (const email of [old, old.replace('altes', 'ALTES'), 'betreiber@werkstatt.test']) {
    const { browser, status } = await buy(email)
    expect([email, status.payment, status.mayLogIn]).toEqual([email, 'paid', false])
    const answer = await browser.post('/api/auth/checkout')
    expect([email, answer.status, answer.json<Refusal>().error.code]).toEqual([email, 403, 'forbidden'])
    expect(browser.cookies.has('session')).toBe(false)
  }
})

test('an unpaid order logs nobody in, and a form is told so on the login page', async () => {
  const browser = world.browser()
  expect((await browser.post('/api/auth/checkout')).status).toBe(403)
  await browser.post(checkout, { email: newAddress('nie-bezahlt') })
  expect((await browser.post('/api/auth/checkout')).status).toBe(403)
  const form = await browser.submit('/api/auth/checkout', {})
  expect([form.status, form.headers.get('location')]).toEqual([303, '/anmelden'])
})

const attemptId = crypto.randomUUID()
const limited: {
  what: string
  points: number
  good: number
  ask: (browser: Browser, turn: number) => Promise<Answer>
}[] = [
  // One attempt is one session, however often it is sent.
  { what: 'orders', points: 20, good: 200, ask: (one) => one.post(checkout, { attemptId }) },
  {
    what: 'login letters',
    points: 30,
    good: 200,
    ask: (one, turn) => one.post('/api/auth/magic-link', { email: `grenze${turn}@example.test` }),
  },
  { what: 'links', points: 60, good: 400, ask: (one) => one.post('/api/auth/verify', { token: 'x'.repeat(43) }) },
]

test.each(limited)('$what are limited per network, which for IPv6 is the /64', async ({ what, points, good, ask }) => {
  const home = `2001:db8:${what.length}:${Math.floor(Math.random() * 9_000)}`
  const statuses: number[] = []
  for (let turn = 0; turn <= points; turn++) statuses.push((await ask(world.browser(`${home}::${turn}`), turn)).status)
  expect(statuses).toEqual([...Array<number>(points).fill(good), 429])
  const answer = await ask(world.browser(`${home}:ffff:1:2:3`), 99)
  expect([answer.status, answer.json<Refusal>().error.code]).toEqual([429, 'rate_limited'])
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await ask(world.browser(`2001:db8:${what.length}:fffe::1`), 98)).status).toBe(good)
})
