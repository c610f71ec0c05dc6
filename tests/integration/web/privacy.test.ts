import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser } from '../../kit/browser.ts'
import { personIn } from '../../kit/people.ts'
import { until } from '../../kit/until.ts'
import { openWorld, readLog, type World } from '../../kit/world.ts'

/**
 * One customer's whole way, and everything that goes wrong on it; then the logs of web and worker and every row of the
 * database are searched for what must not stand there (I6).
 */

let world: World
const email = 'mara.muster@privat-example.de'
const typo = 'mara.mutser@privat-example.de'
const stranger = 'fremd@privat-example.de'
const name = 'Mara Musterfrau-Geheim'
const ip = '198.51.100.77'
const ip6 = '2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff'
/** Everything that opens a door, as it was seen by the customer. */
const secrets = new Map<string, string>()
let requestId = ''
let sessionId = ''

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'worker', 'web'] })
  await walk(world.browser(ip), world.browser(ip6))
  await goWrong(world.browser(ip))
  await until('the last mail is handed over', async () => {
    const open = await world.database.query(`select 1 from letter where state = 'queued'`)
    return open.length === 0
  })
})
afterAll(() => world?.close())

const tokenIn = (text: string) => /token=([\w-]+)/.exec(text)?.[1] ?? ''

async function walk(shop: Browser, home: Browser) {
  const opened = await shop.post('/api/stripe/create-checkout', { email, consent: { startNow: true } })
  requestId = opened.headers.get('x-request-id') ?? ''
  sessionId = /cs_test_\w+/.exec(opened.text)?.[0] ?? ''
  secrets.set('checkout cookie', shop.cookies.get('checkout') ?? '')
  const body = JSON.stringify({ email, name })
  await fetch(`${world.urls.stripe}/_pay/${sessionId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  await until('access', async () => (await shop.get(`/api/orders/${sessionId}/status`)).text.includes('"access":true'))
  await shop.get(`/kauf/danke?session_id=${sessionId}`)
  await shop.post('/api/auth/checkout')
  secrets.set('unproven session', shop.cookies.get('session') ?? '')
  await shop.get('/werkstatt')

  const welcome = tokenIn((await world.mail(email)).text)
  secrets.set('welcome link', welcome)
  await home.get(`/anmelden/link?token=${welcome}`)
  await home.submit('/api/auth/verify', { token: welcome })
  secrets.set('session', home.cookies.get('session') ?? '')
  await home.submit('/api/auth/verify', { token: welcome })

  await home.post('/api/auth/magic-link', { email, next: '/konto' })
  secrets.set('prelogin cookie', home.cookies.get('prelogin') ?? '')
  const login = (await world.mail(email, 2)).text
  secrets.set('login link', tokenIn(login))
  const code = /^(\d{3}) (\d{3})$/m.exec(login)
  secrets.set('code', `${code?.[1]}${code?.[2]}`)
  await home.post('/api/auth/verify', { code: secrets.get('code') })
  secrets.set('second session', home.cookies.get('session') ?? '')
  await learn(home)
}

async function learn(home: Browser) {
  const lesson = world.ctx.content.course().lessons[0]
  const played = await home.post(`/api/lessons/${lesson?.id}/play`)
  expect(played.status).toBe(200)
  secrets.set('film token', /[?&]token=([\w-]+)|bcdn_token=([\w-]+)/.exec(played.text)?.slice(1).find(Boolean) ?? '')
  secrets.set('renewed session', home.cookies.get('session') ?? '')
  const at = new Date().toISOString()
  const report = { lessonId: lesson?.id, ranges: [[0, 20]], position: 20, at, sentAt: at, clientId: 'tab-1' }
  expect((await home.post('/api/progress', report)).status).toBe(200)
  for (const path of ['/konto', '/api/auth/sessions', `/lektionen/${lesson?.slug}`]) await home.get(path)
}

async function goWrong(browser: Browser) {
  await browser.post('/api/auth/magic-link', { email: stranger })
  await browser.post('/api/auth/magic-link', { email: `${typo}, ${email}` })
  await browser.post('/api/auth/magic-link', { email: { is: email } })
  for (const code of ['111111', '222222']) await browser.post('/api/auth/verify', { code })
  await browser.post('/api/auth/verify', { token: `${secrets.get('login link')?.slice(0, 42)}x` })
  await browser.get(`/anmelden?email=${encodeURIComponent(email)}&next=${encodeURIComponent(`/konto?an=${email}`)}`)
  await browser.get(`/anmelden/link?TOKEN=x&token=${secrets.get('login link')}&utm=1`)
  await browser.get(`/kurs?q=${encodeURIComponent(name)}`)
  await browser.get(`/anmelden/link?%74oken=${secrets.get('welcome link')}`)
  await browser.send('POST', '/api/progress', `{"lessonId":"${email}`, { 'content-type': 'application/json' })
  await browser.get('/api/progress', { cookie: `session=${secrets.get('session')}x`, authorization: `Bearer ${email}` })
  const admin = await personIn(world, 'betreiberin@werkstatt.test', { admin: true })
  await admin.browser.get(`/admin/bestellungen?suche=${encodeURIComponent(email)}`)
  await admin.browser.get(`/admin/mails?suche=${email}`)
  // Services that fail quote what they were asked.
  await world.fault('resend', { kind: 'status', status: 422, times: 1 })
  await browser.post('/api/auth/magic-link', { email })
  await world.fault('stripe', { kind: 'status', status: 500, match: 'POST /v1/checkout/sessions', times: 5 })
  await browser.post('/api/stripe/create-checkout', { email: typo })
  await world.clearFaults('stripe')
  await until('the refused letter', async () => {
    const found = await world.database.query(`select 1 from letter where state not in ('queued', 'sent', 'delivered')`)
    return found.length > 0
  })
}

const logs = () => `${readLog(world, 'web')}\n${readLog(world, 'worker')}`
const linesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
/** The lines with a needle, cut to what tells where it came from. */
const linesWith = (needle: string) =>
  logs()
    .split('\n')
    .filter((line) => line.toLowerCase().includes(needle.toLowerCase()))
    .map((line) => line.slice(0, 400))

test('the walk really had every secret', () => {
  expect([...secrets].filter(([, value]) => value.length < 6)).toEqual([])
  expect(linesOf(logs()).length).toBeGreaterThan(30)
})

test('no log has an address of a person, a name, or a full network address', () => {
  for (const needle of [
    email,
    encodeURIComponent(email),
    'mara.mu',
    'privat-example',
    name,
    'Musterfrau',
    ip,
    ip6,
    'bbbb:cccc',
  ])
    expect([needle, linesWith(needle)]).toEqual([needle, []])
  expect(logs()).toContain('198.51.100.0/24')
  expect(logs()).toContain('2001:db8:aaaa::/48')
})

test('no log has a token, a code, a session or a link', () => {
  for (const [what, secret] of secrets) expect([what, linesWith(secret)]).toEqual([what, []])
  expect(logs()).not.toMatch(/eyJ[\w-]{10,}\./)
  expect(logs()).not.toMatch(/token=[\w-]{20,}/)
  for (const key of [world.secrets.jwt, world.secrets.stripeKey, world.secrets.stripeWebhook, world.secrets.resendKey])
    expect([key, linesWith(key)]).toEqual([key, []])
})

test('the database has no token, code, session or link in clear, and of logins only hashes', async () => {
  const tables = await world.database.query<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname in ('public', 'pgboss')`,
  )
  const found: string[] = []
  for (const { name: table } of tables) {
    const rows = await world.database.query<{ row: string }>(`select t::text as row from ${table} t`)
    const stored = rows.map(({ row }) => row).join('\n')
    for (const [what, secret] of secrets)
      if (what !== 'code' && stored.includes(secret)) found.push(`${what} in ${table}`)
    for (const address of [ip, ip6, ip6.slice(0, 20)])
      if (stored.includes(address)) found.push(`${address} in ${table}`)
  }
  expect(found).toEqual([])
  const tokens = await world.database.query<{
    token_hash: string
    code_hash: string | null
    browser_hash: string | null
  }>('select token_hash, code_hash, browser_hash from login_token')
  const hash = (secret: string) => createHash('sha256').update(secret).digest('base64url')
  expect(tokens.map((token) => token.token_hash)).toContain(hash(secrets.get('welcome link') ?? ''))
  expect(tokens.map((token) => token.token_hash)).toContain(hash(secrets.get('login link') ?? ''))
  const code = secrets.get('code') ?? ''
  for (const token of tokens) expect([code, hash(code)]).not.toContain(token.code_hash)
  const letters = await world.database.query<{ row: string }>('select l::text as row from letter l')
  for (const { row } of letters) expect(row).not.toMatch(new RegExp(`\\b${code}\\b`))
})

test('the id of the order request runs through web, webhook, worker and mail', () => {
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/)
  const web = linesOf(readLog(world, 'web')).filter((line) => JSON.stringify(line).includes(requestId))
  const worker = linesOf(readLog(world, 'worker')).filter((line) => JSON.stringify(line).includes(requestId))
  expect(web).toContainEqual(expect.objectContaining({ path: '/api/stripe/create-checkout', requestId }))
  const settled = worker.filter((line) => line.msg === 'order settled')
  expect(settled.length).toBeGreaterThan(0)
  expect(worker.map((line) => line.msg)).toContain('letter handed over')
  // What rang for the order: a delivery at the webhook, which the same line ties to the order.
  const lines = linesOf(readLog(world, 'web'))
  const ringers = settled.map((line) => lines.find((one) => one.requestId === line.rungBy)?.path)
  expect(ringers).toContain('/api/webhook/stripe')
})

test("a stranger's and a foreign shop's data is not kept", async () => {
  const people = await world.database.query<{ email_normal: string }>('select email_normal from person')
  expect(people.map((person) => person.email_normal).sort()).toEqual([
    'betreiber@werkstatt.test',
    'betreiberin@werkstatt.test',
    email,
  ])
  const jobs = await world.database.query<{ row: string }>(
    `select data::text as row from pgboss.job where state = 'completed' and name = 'login.request'`,
  )
  for (const { row } of jobs) expect(JSON.parse(row)).not.toHaveProperty('token')
})
