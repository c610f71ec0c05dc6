import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { grantByHand } from '#domain/access/grantByHand.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import { type Person, personIn } from '../../kit/people.ts'
import { knock } from '../../kit/raw.ts'
import { apiRoutes } from '../../kit/routes.ts'
import { openWorld, type World } from '../../kit/world.ts'

/** The operator's actions over real sockets: who may, with which key, and what a refusal leaves behind: nothing. */

let world: World
let admin: Person
let learner: Person
let unproven: Person
let letterId: string
let handGrant: string
const purchaseId = '0f0f0f0f-0000-4000-8000-00000000a001'
const deadJob = '0f0f0f0f-0000-4000-8000-00000000a002'

beforeAll(async () => {
  world = await openWorld({ parts: ['web'] })
  admin = await personIn(world, 'betreiberin@example.de', { admin: true })
  learner = await personIn(world, 'lernende@example.de')
  unproven = await personIn(world, 'unbewiesen@example.de', { kind: 'unproven', admin: true })
  await world.database.query(
    `insert into purchase (id, session_id, state, payment_status, amount_total, livemode, payment_intent_id, email, flags, paid_at, person_id)
     values ($1, 'cs_test_action', 'paid', 'paid', 34900, false, 'pi_action', 'lernende@example.de', '{dispute}', now(), $2)`,
    [purchaseId, learner.personId],
  )
  await world.database.query(
    `insert into pgboss.job (id, name, data, source_name, source_id, source_retry_count, source_output, source_created_on)
     values ($1, 'dead', '{"letterId":"x"}', 'letter.send', gen_random_uuid(), 5, '{"message":"x"}', now())`,
    [deadJob],
  )
  letterId = await queueLetter(world.ctx, {
    kind: 'no_access',
    uniqueKey: 'no_access:x',
    to: 'x@example.de',
    inputs: {},
  })
  const grant = { personId: learner.personId, course: 'kurs', reason: 'Test', actor: 'cli', key: randomUUID() }
  handGrant = (await grantByHand(world.ctx, grant)).source
  await world.ctx.inbox.reserve({
    source: 'stripe',
    id: 'evt_action',
    type: 'checkout.session.completed',
    objectId: 'cs_test_action',
    livemode: false,
    apiVersion: null,
    raw: Buffer.from('{}'),
    requestId: 'request-action',
  })
  await world.ctx.alarms.raise('order_parked', 'Eine Bestellung wartet.')
})
afterAll(() => world?.close())

/** Every action with a body that would work for the operator. */
const actions = (): { path: string; body: Record<string, unknown> }[] => [
  { path: `/api/admin/orders/${purchaseId}/settle`, body: {} },
  { path: `/api/admin/orders/${purchaseId}/refund`, body: { amount: 100, reason: 'Test' } },
  { path: `/api/admin/orders/${purchaseId}/end-access`, body: { reason: 'Test' } },
  { path: `/api/admin/orders/${purchaseId}/flags`, body: { flag: 'dispute' } },
  { path: `/api/admin/orders/${purchaseId}/address`, body: { email: 'neu@example.de', reason: 'Test' } },
  { path: '/api/admin/events/replay', body: { event: { 'stripe-evt_action': '1' } } },
  { path: `/api/admin/letters/${letterId}/retry`, body: {} },
  { path: `/api/admin/letters/${letterId}/resend`, body: {} },
  { path: `/api/admin/letters/${letterId}/close`, body: {} },
  { path: '/api/admin/letters/retry-parked', body: { cause: 'mail_quota' } },
  { path: `/api/admin/people/${learner.personId}/grant`, body: { reason: 'Test' } },
  { path: `/api/admin/people/${learner.personId}/revoke`, body: { reason: 'Test', source: handGrant } },
  { path: `/api/admin/people/${learner.personId}/login-link`, body: {} },
  { path: `/api/admin/people/${learner.personId}/address`, body: { email: 'neu@example.de', reason: 'Test' } },
  { path: `/api/admin/jobs/${deadJob}/retry`, body: {} },
  { path: `/api/admin/jobs/${deadJob}/discard`, body: {} },
  { path: '/api/admin/alarms/order_parked/dismiss', body: {} },
  {
    path: '/api/admin/releases/set',
    body: { target: 'module:messen', kind: 'days', days: 7, time: '06:00', reason: 'Test' },
  },
  { path: '/api/admin/releases/remove', body: { target: 'module:messen', reason: 'Test' } },
  { path: `/api/admin/people/${learner.personId}/release`, body: { kind: 'shift', days: 7, reason: 'Test' } },
]

const ownTables = [
  'release_override',
  'release_rule',
  'audit_entry',
  'letter',
  'access_grant',
  'login_token',
  'person',
  'refund',
  'webhook_event',
  'alarm',
]

/** The rows themselves, so that a changed one shows too. */
async function everything(): Promise<string> {
  const parts = ownTables.map(
    (table) => `(select coalesce(md5(string_agg(t::text, '' order by t::text)), '') from ${table} t)`,
  )
  const [row] = await world.database.query<{ sum: string }>(
    `select concat_ws(' ', ${parts.join(', ')}, (select md5(string_agg(concat(id, state, flags_seen, email), '' order by id)) from purchase),
      (select count(*) from pgboss.job where name <> 'dead'), (select count(*) from pgboss.job where name = 'dead')) as sum`,
  )
  return row!.sum
}

async function changesNothing(work: () => Promise<unknown>): Promise<void> {
  const before = await everything()
  await work()
  expect(await everything()).toBe(before)
}

const headersOf = (person: Person | null, more: Record<string, string> = {}) => ({
  'x-forwarded-for': `10.8.${Math.floor(Math.random() * 255)}.7`,
  ...(person ? { cookie: `session=${person.browser.cookies.get('session')}` } : {}),
  origin: world.url,
  ...more,
})
const post = (path: string, body: unknown, person: Person | null, more: Record<string, string> = {}) =>
  knock(world.url, 'POST', path, {
    headers: headersOf(person, { 'content-type': 'application/json', ...more }),
    body: JSON.stringify(body),
  })
const submit = (path: string, fields: Record<string, string>, person: Person | null) =>
  knock(world.url, 'POST', path, {
    headers: headersOf(person, { 'content-type': 'application/x-www-form-urlencoded' }),
    body: new URLSearchParams(fields).toString(),
  })

test('the table holds every action there is', () => {
  const own = apiRoutes().filter(({ path }) =>
    /^\/api\/admin\/(orders|events|letters|people|jobs|alarms|releases)\//.test(path),
  )
  expect(actions()).toHaveLength(own.length)
})

test('nobody but the operator with a proven mailbox may, and nothing happens', async () => {
  await changesNothing(async () => {
    for (const { path, body } of actions()) {
      const full = { ...body, key: randomUUID() }
      for (const [person, status, code] of [
        [null, 401, 'unauthenticated'],
        [learner, 403, 'forbidden'],
        [unproven, 403, 'unproven_session'],
      ] as const) {
        const answer = await post(path, full, person)
        expect([path, answer.status, answer.error?.code]).toEqual([path, status, code])
      }
      const strangers: Record<string, string>[] = [
        { origin: 'https://evil.example' },
        { 'sec-fetch-site': 'cross-site' },
      ]
      for (const stranger of strangers) {
        const answer = await post(path, full, admin, stranger)
        expect([path, answer.status, answer.error?.code]).toEqual([path, 403, 'foreign_origin'])
      }
    }
  })
})

test('without a session a form leads to the login, and back to its page only', async () => {
  const path = `/api/admin/people/${learner.personId}/grant`
  for (const [back, next] of [
    ['/admin/personen', '%2Fadmin%2Fpersonen'],
    ['//evil.example/admin', '%2Fadmin'],
    ['https://evil.example/admin', '%2Fadmin'],
    ['/admin/../konto', '%2Fadmin'],
    ['/administration', '%2Fadmin'],
  ] as const) {
    const answer = await submit(path, { key: randomUUID(), reason: 'x', back }, null)
    expect([back, answer.status, answer.headers.location]).toEqual([back, 303, `/anmelden?next=${next}`])
  }
})

test('without a key, or with one that is none, nothing happens', async () => {
  await changesNothing(async () => {
    for (const { path, body } of actions())
      for (const key of [undefined, '', 'x', 7, "' or 1=1"]) {
        const answer = await post(path, { ...body, key }, admin)
        expect([path, key, answer.status, answer.error?.code]).toEqual([path, key, 400, 'invalid_input'])
      }
  })
})

describe('bad input', () => {
  const wrong = (): [string, Record<string, unknown>, number][] => [
    [`/api/admin/orders/${purchaseId}/refund`, { amount: 0, reason: 'x' }, 400],
    [`/api/admin/orders/${purchaseId}/refund`, { amount: -5, reason: 'x' }, 400],
    [`/api/admin/orders/${purchaseId}/refund`, { amount: 1.5, reason: 'x' }, 400],
    [`/api/admin/orders/${purchaseId}/refund`, { amount: 'viel', reason: 'x' }, 400],
    [`/api/admin/orders/${purchaseId}/refund`, { amount: '0,00', reason: 'x' }, 400],
    [`/api/admin/orders/${purchaseId}/refund`, { amount: 100, reason: '  ' }, 400],
    [`/api/admin/orders/${purchaseId}/refund`, { amount: 100 }, 400],
    [`/api/admin/orders/${purchaseId}/refund`, { amount: 100, reason: 'x'.repeat(501) }, 400],
    [`/api/admin/orders/${randomUUID()}/refund`, { reason: 'x' }, 404],
    ['/api/admin/orders/unsinn/refund', { reason: 'x' }, 404],
    ['/api/admin/orders/unsinn/settle', {}, 404],
    [`/api/admin/orders/${purchaseId}/end-access`, { reason: 'hat Geld gekostet' }, 409],
    [`/api/admin/orders/${purchaseId}/end-access`, { reason: ' ' }, 400],
    [`/api/admin/orders/${purchaseId}/end-access`, {}, 400],
    [`/api/admin/orders/${randomUUID()}/end-access`, { reason: 'x' }, 404],
    ['/api/admin/orders/unsinn/end-access', { reason: 'x' }, 404],
    [`/api/admin/orders/${purchaseId}/flags`, { flag: 'gibts_nicht' }, 409],
    [`/api/admin/orders/${purchaseId}/flags`, {}, 400],
    [`/api/admin/orders/${purchaseId}/address`, { email: 'keine', reason: 'x' }, 400],
    [`/api/admin/orders/${purchaseId}/address`, { email: 'neu@example.de', reason: 'x' }, 409],
    ['/api/admin/events/replay', {}, 400],
    ['/api/admin/events/replay', { event: {} }, 400],
    ['/api/admin/events/replay', { event: { unsinn: '1' } }, 400],
    ['/api/admin/events/replay', { event: { 'stripe-evt_nie': '1' } }, 404],
    [`/api/admin/letters/${randomUUID()}/resend`, {}, 404],
    ['/api/admin/letters/unsinn/retry', {}, 404],
    [`/api/admin/letters/${randomUUID()}/close`, {}, 404],
    ['/api/admin/letters/retry-parked', { cause: 'langeweile' }, 400],
    [`/api/admin/people/${randomUUID()}/grant`, { reason: 'x' }, 404],
    ['/api/admin/people/unsinn/grant', { reason: 'x' }, 404],
    [`/api/admin/people/${learner.personId}/grant`, { reason: '' }, 400],
    [`/api/admin/people/${learner.personId}/grant`, { reason: 'x', course: 'yoga' }, 400],
    [`/api/admin/people/${learner.personId}/grant`, { reason: 'noch einer' }, 409],
    [`/api/admin/people/${learner.personId}/revoke`, { reason: 'x', source: `purchase:${purchaseId}` }, 409],
    [`/api/admin/people/${learner.personId}/revoke`, { reason: 'x', source: 'hand:nie' }, 404],
    [`/api/admin/people/${learner.personId}/revoke`, { source: handGrant }, 400],
    [`/api/admin/people/${randomUUID()}/login-link`, {}, 404],
    [`/api/admin/people/${learner.personId}/address`, { email: 'a@b@c', reason: 'x' }, 400],
    [`/api/admin/people/${learner.personId}/address`, { email: 'betreiberin@example.de', reason: 'x' }, 409],
    [`/api/admin/jobs/${randomUUID()}/retry`, {}, 404],
    ['/api/admin/jobs/unsinn/discard', {}, 404],
    ['/api/admin/alarms/nie/dismiss', {}, 404],
    ...badReleases(),
  ]

  const badReleases = (): [string, Record<string, unknown>, number][] => {
    const rule = { target: 'module:messen', reason: 'x' }
    const person = `/api/admin/people/${learner.personId}/release`
    return [
      ['/api/admin/releases/set', { ...rule, kind: 'now', target: 'module:gibts-nicht' }, 404],
      ['/api/admin/releases/set', { ...rule, kind: 'now', target: 'x'.repeat(200) }, 400],
      ['/api/admin/releases/set', rule, 400],
      ['/api/admin/releases/set', { ...rule, kind: 'irgendwann' }, 400],
      ['/api/admin/releases/set', { ...rule, kind: 'days', days: 1e9, time: '06:00' }, 400],
      ['/api/admin/releases/set', { ...rule, kind: 'days', days: '1e9', time: '06:00' }, 400],
      ['/api/admin/releases/set', { ...rule, kind: 'days', days: '', time: '06:00' }, 400],
      ['/api/admin/releases/set', { ...rule, kind: 'days', days: 7, time: '' }, 400],
      ['/api/admin/releases/set', { ...rule, kind: 'date', date: '2026-02-30', time: '06:00' }, 400],
      ['/api/admin/releases/set', { ...rule, kind: 'date', date: '2026-12-01', time: '24:00' }, 400],
      ['/api/admin/releases/set', { ...rule, kind: 'date' }, 400],
      ['/api/admin/releases/set', { ...rule, kind: 'now', reason: ' ' }, 400],
      ['/api/admin/releases/remove', rule, 409],
      ['/api/admin/releases/remove', { ...rule, target: 'lesson:gibts-nicht' }, 404],
      [person, { kind: 'shift', days: 1e9, reason: 'x' }, 400],
      [person, { kind: 'shift', days: 0, reason: 'x' }, 400],
      [person, { kind: 'shift', reason: 'x' }, 400],
      [person, { kind: 'pause', from: '2026-12-14', to: '2026-12-01', reason: 'x' }, 400],
      [person, { kind: 'pause', from: 'x', to: 'y', reason: 'x' }, 400],
      [person, { kind: 'open' }, 400],
      [person, { kind: 'undo', what: 'open', reason: 'x' }, 409],
      [person, { kind: 'undo', what: 'pause', from: '2026-12-01', reason: 'x' }, 409],
      [`/api/admin/people/${randomUUID()}/release`, { kind: 'open', reason: 'x' }, 404],
      ['/api/admin/people/unsinn/release', { kind: 'open', reason: 'x' }, 404],
    ]
  }

  test('gets a German sentence and a status, and changes nothing', async () => {
    await changesNothing(async () => {
      for (const [path, body, status] of wrong()) {
        const answer = await post(path, { ...body, key: randomUUID() }, admin)
        expect([path, body, answer.status]).toEqual([path, body, status])
        const said = Object.values(answer.error?.fields ?? {})[0] ?? answer.error?.message
        expect(said).toMatch(/^[A-ZÄÖÜ„].*\.$/s)
        expect(answer.text).not.toMatch(/node_modules|\.ts:|Error:/)
      }
    })
  })

  test('a refused form opens again as it was, under the same key, on its own page', async () => {
    const [key, path] = [randomUUID(), `/admin/bestellungen/${purchaseId}`]
    const form = `refund-${purchaseId}`
    const fields = { key, back: path, form, amount: 'viel', reason: 'Kulanz & Dank' }
    const answer = await submit(`/api/admin/orders/${purchaseId}/refund`, fields, admin)
    const location = String(answer.headers.location)
    expect([answer.status, location.startsWith(`${path}?meldung=`)]).toEqual([303, true])
    expect(location).not.toContain('Kulanz')
    const cookie = /meldung=[^;]+/.exec(String(answer.headers['set-cookie']))?.[0]
    const session = `session=${admin.browser.cookies.get('session')}`
    const page = await knock(world.url, 'GET', location.split('#')[0] ?? '', {
      headers: { cookie: `${session}; ${cookie}` },
    })
    expect(page.text).toContain('Gib einen Betrag über 0 € an')
    expect(page.text).toContain(key)
    expect(page.text).toContain('value="Kulanz &amp; Dank"')
    const other = await knock(world.url, 'GET', path, { headers: { cookie: `${session}; ${cookie}` } })
    expect(other.text).not.toContain('Gib einen Betrag über 0 € an')
  })
})

test('the same click twice is one, another one under its key is refused', async () => {
  const path = `/api/admin/people/${learner.personId}/login-link`
  const key = randomUUID()
  const first = await post(path, { key }, admin)
  expect(first.status).toBe(200)
  await changesNothing(async () => {
    const second = await post(path, { key }, admin)
    expect([second.status, JSON.parse(second.text)]).toEqual([200, JSON.parse(first.text)])
    const grant = await post(
      `/api/admin/people/${learner.personId}/revoke`,
      { key, reason: 'x', source: handGrant },
      admin,
    )
    expect([grant.status, grant.error?.code]).toEqual([409, 'conflict'])
  })
})

test('a rule set and removed, a learner shifted and back: the page says what holds, the log who did it', async () => {
  const target = 'module:messen'
  const akte = `/admin/personen/${learner.personId}`
  const page = async (path: string) =>
    (await knock(world.url, 'GET', path, { headers: { cookie: `session=${admin.browser.cookies.get('session')}` } }))
      .text
  const set = { target, kind: 'days', days: '7', time: '06:00', reason: 'Staffeln' }
  expect((await post('/api/admin/releases/set', { ...set, key: randomUUID() }, admin)).status).toBe(200)
  const plan = await page('/admin/freigaben')
  for (const words of ['7 Tage nach dem Kauf, 6:00 Uhr', 'Zeile des Moduls', 'schwächt das Erlöschen'])
    expect([words, plan.includes(words)]).toEqual([words, true])
  const person = `/api/admin/people/${learner.personId}/release`
  const shift = { kind: 'shift', days: '+3', reason: 'Urlaub', key: randomUUID() }
  expect((await post(person, shift, admin)).status).toBe(200)
  expect((await page(akte)).includes('Zurücknehmen: 3 Tage später')).toBe(true)
  const undo = { kind: 'undo', what: 'shift', reason: 'doch nicht', key: randomUUID() }
  expect((await post(person, undo, admin)).status).toBe(200)
  expect((await page(akte)).includes('Abgesprochen')).toBe(false)
  const removed = await post('/api/admin/releases/remove', { target, reason: 'zurück', key: randomUUID() }, admin)
  expect(removed.status).toBe(200)
  expect((await page('/admin/freigaben')).includes('Zeile des Moduls')).toBe(false)
  const log = await page('/admin/protokoll')
  for (const deed of ['Freigabe geändert', 'Freigaben verschoben', 'Freigabe zurück auf die Datei', 'Urlaub'])
    expect([deed, log.includes(deed)]).toEqual([deed, true])
})

test('the search leads straight to one thing, keeps what was typed out of addresses and logs', async () => {
  const search = (q: string) => submit('/api/admin/search', { q }, admin)
  expect((await search('lernende@example.de')).headers.location).toBe(`/admin/personen/${learner.personId}`)
  expect((await search('pi_action')).headers.location).toBe(`/admin/bestellungen/${purchaseId}`)
  expect((await search('evt_action')).headers.location).toBe('/admin/ereignisse/stripe-evt_action')
  const many = await search('example')
  expect(many.headers.location).toBe('/admin/suche')
  const cookie = /suche=[^;]+/.exec(String(many.headers['set-cookie']))?.[0]
  const session = `session=${admin.browser.cookies.get('session')}`
  const page = await knock(world.url, 'GET', '/admin/suche', { headers: { cookie: `${session}; ${cookie}` } })
  expect(page.text).toContain('unbewiesen@example.de')
  const { readLog } = await import('../../kit/world.ts')
  expect(readLog(world, 'web')).not.toContain('lernende@example')
  expect((await submit('/api/admin/search', { q: 'lernende@example.de' }, learner)).status).toBe(303)
  expect((await post('/api/admin/search', { q: 'lernende@example.de' }, learner)).status).toBe(403)
})

test('the pages of people, log and search answer, also to nonsense', async () => {
  const cookie = { cookie: `session=${admin.browser.cookies.get('session')}` }
  for (const [path, status, text] of [
    ['/admin/personen', 200, 'lernende@example.de'],
    ['/admin/personen?zugang=offen&nie=1', 200, 'lernende@example.de'],
    ['/admin/personen?zugang=quatsch&before=x', 200, 'Personen'],
    [`/admin/personen/${learner.personId}`, 200, 'Der ganze Weg'],
    [`/admin/personen/${randomUUID()}`, 404, ''],
    ['/admin/personen/unsinn', 404, ''],
    ['/admin/protokoll', 200, 'Anmeldelink geschickt'],
    [`/admin/protokoll?person=${learner.personId}&was=grant.add`, 200, 'Zugang gegeben'],
    ['/admin/protokoll?bestellung=nie', 200, 'Diese Bestellung gibt es nicht'],
    ['/admin/suche', 200, 'Suchfeld'],
    ['/admin/freigaben', 200, 'Datei, Vorgabe'],
    ['/admin/freigaben?kauf=2026-02-30', 200, 'Diesen Tag gibt es nicht'],
    [`/admin/freigaben?person=${learner.personId}&kauf=2027-01-01`, 200, 'Kauf am 1. Januar 2027'],
    [`/admin/freigaben?person=${randomUUID()}`, 404, ''],
    ['/admin/freigaben?ziel=lesson:gibts-nicht&person=unsinn', 200, 'Der Plan, wie er heute gilt'],
    ['/admin?meldung=nie', 200, 'Wartet auf dich'],
  ] as const) {
    const page = await knock(world.url, 'GET', path, { headers: cookie })
    expect([path, page.status, page.text.includes(text)]).toEqual([path, status, true])
  }
})
