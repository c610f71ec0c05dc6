import { afterAll, beforeAll, expect, test } from 'vitest'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { openSession } from '#domain/access/openSession.ts'
import { promotePerson } from '#domain/access/promotePerson.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import type { Browser } from '../../kit/browser.ts'
import { openWorld, type World } from '../../kit/world.ts'

let world: World
let admin: Browser
const device = 'Firefox auf Windows'
const order = { id: '0f0f0f0f-0000-4000-8000-000000000001', session: 'cs_test_admin' }

beforeAll(async () => {
  world = await openWorld({ parts: ['web'] })
  admin = await browserOf('betreiber@werkstatt.test', 'proven')
  await seedOrder()
})
afterAll(() => world?.close())

async function browserOf(email: string, kind: 'proven' | 'unproven', role: 'admin' | 'learner' = 'admin') {
  const { personId } = await findOrCreatePerson(world.ctx, { email, createdBy: 'hand:test' })
  if (role === 'admin') await promotePerson(world.ctx, email)
  const { token } = await openSession(world.ctx, { personId, kind, device })
  const browser = world.browser()
  browser.cookies.set('session', token)
  return browser
}

async function seedOrder() {
  await world.database.query(
    `insert into purchase (id, session_id, state, payment_status, amount_total, livemode, payment_intent_id, email, name, flags, paid_at)
     values ($1, $2, 'paid', 'paid', 34900, false, 'pi_admin', 'mara@example.de', 'Mara Beispiel', '{dispute}', now())`,
    [order.id, order.session],
  )
}

const pages = () => [
  '/admin',
  '/admin/bestellungen',
  `/admin/bestellungen/${order.id}`,
  '/admin/ereignisse',
  '/admin/mails',
  '/admin/auftraege',
  '/admin/videos',
]

test('the operator sees every page, and none of them may be kept', async () => {
  for (const path of pages()) {
    const page = await admin.get(path)
    expect([path, page.status]).toEqual([path, 200])
    expect(page.headers.get('cache-control')).toMatch(/no-store/)
    expect(page.text).toContain('aria-label="Verwaltung"')
  }
})

test('without a session every page leads to the login', async () => {
  const stranger = world.browser()
  const forger = world.browser()
  forger.cookies.set('session', 'eyJhbGciOiJIUzI1NiJ9.e30.not-a-signature')
  for (const path of pages())
    for (const browser of [stranger, forger]) {
      const answer = await browser.get(path)
      expect([path, answer.status]).toEqual([path, 307])
      expect(answer.headers.get('location')).toContain('/anmelden?next=')
      expect(answer.text).not.toContain('Mara Beispiel')
    }
})

test('a learner, and an operator whose mailbox is not proven, find nothing there', async () => {
  const learner = await browserOf('lerner@example.de', 'proven', 'learner')
  const unproven = await browserOf('zweiter@werkstatt.test', 'unproven')
  for (const path of pages())
    for (const browser of [learner, unproven]) {
      const answer = await browser.get(path)
      expect([path, answer.status]).toEqual([path, 404])
      expect(answer.text).not.toContain('aria-label="Verwaltung"')
      expect(answer.text).not.toContain('mara@example.de')
    }
})

test('an order shows its way, and what a person should do', async () => {
  const { text } = await admin.get(`/admin/bestellungen/${order.id}`)
  for (const fact of [order.session, 'pi_admin', 'Mara Beispiel', 'Die Zahlung ist angefochten', 'Weg der Bestellung'])
    expect(text).toContain(fact)
  expect((await admin.get('/admin')).text).toContain('Die Zahlung ist angefochten')
  const hit = await admin.get(`/admin/bestellungen?suche=${order.session}`)
  expect([hit.status, hit.headers.get('location')]).toEqual([307, `/admin/bestellungen/${order.id}`])
})

test('the preview of a letter hides link and code, also where the page carries its data', async () => {
  const letterId = await queueLetter(world.ctx, {
    kind: 'login',
    uniqueKey: 'login:preview',
    to: 'mara@example.de',
    inputs: {},
  })
  const { tokens } = world.ctx
  const secrets = [tokens.linkToken(letterId, tokens.linkKeyId), tokens.loginCode(letterId, tokens.linkKeyId)]
  const { text, status } = await admin.get(`/admin/mails/${letterId}`)
  expect(status).toBe(200)
  expect(text).toContain('mara@example.de')
  expect(text).toMatch(/<iframe[^>]+sandbox=""/)
  // A code is written in two halves, so gaps and React's comments go before the look.
  const dense = text.replace(/(<|&lt;)!-- --(>|&gt;)|\s/g, '')
  expect(dense).toContain('••••••')
  for (const secret of secrets) expect(dense).not.toContain(secret)
  expect(text).not.toContain('/anmelden/link')
})

test('an event shows its body without what opens a door', async () => {
  const body = { id: 'evt_admin', data: { object: { client_secret: 'streng-geheim', email: 'mara@example.de' } } }
  await world.ctx.inbox.reserve({
    source: 'stripe',
    id: 'evt_admin',
    type: 'checkout.session.completed',
    objectId: order.session,
    livemode: false,
    apiVersion: null,
    raw: Buffer.from(JSON.stringify(body)),
    requestId: 'request-admin',
  })
  const { text } = await admin.get('/admin/ereignisse/stripe-evt_admin')
  expect(text).toContain('mara@example.de')
  expect(text).not.toContain('streng-geheim')
  expect((await admin.get(`/admin/bestellungen/${order.id}`)).text).toContain('/admin/ereignisse/stripe-evt_admin')
  expect((await admin.get('/admin/ereignisse?stand=erledigt')).text).not.toContain('stripe-evt_admin')
})

test('a dead and a failing job are named, their payload is not', async () => {
  const data = { email: 'geheim@example.de', browserHash: 'hash-des-browsers', requestId: 'request-7' }
  await world.database.query(
    `insert into pgboss.job (name, data, source_name, source_id, source_retry_count, source_output, source_created_on)
     values ('dead', $1, 'login.request', gen_random_uuid(), 5, '{"message":"no mail to geheim@example.de"}', now())`,
    [JSON.stringify(data)],
  )
  await world.database.query(
    `insert into pgboss.job (name, data, state, retry_count, retry_limit, output)
     values ('letter.send', '{"letterId":"letter-7"}', 'retry', 2, 14, '{"message":"timeout"}')`,
  )
  const { text } = await admin.get('/admin/auftraege')
  for (const fact of ['endgültig gescheitert', 'no mail to •••', 'request-7', 'letter-7', '2 von 15'])
    expect(text).toContain(fact)
  expect(text).not.toMatch(/geheim@example|hash-des-browsers/)
  expect((await admin.get('/admin')).text).toContain('1 Auftrag ist endgültig gescheitert.')
})

test('pages of a list lose no row, also when many were written in one instant', async () => {
  await world.database.query(
    `insert into letter (id, kind, unique_key, to_address, inputs, template_version, key_id, state)
     select gen_random_uuid(), 'no_access', 'page:' || n, 'n' || n || '@example.de', '{}', 1, 'k', 'dropped'
     from generate_series(1, 120) n`,
  )
  const seen = new Set<string>()
  let path: string | undefined = '/admin/mails?stand=dropped'
  for (let turn = 0; path && turn < 5; turn++) {
    const { text } = await admin.get(path)
    const table = text.slice(text.indexOf('<tbody'), text.indexOf('</tbody>'))
    for (const [address] of table.matchAll(/n\d+@example\.de/g)) seen.add(address)
    path = /href="([^"]+before=[^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&')
  }
  expect(seen.size).toBe(120)
})

test('nonsense in an address is a 404 or no filter, never a fault', async () => {
  for (const path of [
    '/admin/bestellungen/nie',
    '/admin/ereignisse/stripe-%27',
    '/admin/mails/x',
    '/admin/ereignisse/x',
  ])
    expect([path, (await admin.get(path)).status]).toEqual([path, 404])
  for (const query of ['stand=x&before=x', 'before[]=1&stand=a&stand=b', `suche=${'x'.repeat(500)}`, 'before=%00'])
    for (const list of ['bestellungen', 'ereignisse', 'mails', 'videos'])
      expect([list, query, (await admin.get(`/admin/${list}?${query}`)).status]).toEqual([list, query, 200])
})
