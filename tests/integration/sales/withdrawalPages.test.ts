import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sweepLetters } from '#domain/mail/sweepLetters.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import type { Answer, Browser } from '../../kit/browser.ts'
import { type Person, personIn } from '../../kit/people.ts'
import { until } from '../../kit/until.ts'
import { openWorld, readLog, type World } from '../../kit/world.ts'

/** „Vertrag widerrufen“ through the front door: plain forms, no script, no login. */

let world: World
let admin: Person
beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'worker', 'web'] })
  admin = await personIn(world, 'betreiberin@example.de', { admin: true })
})
afterAll(() => world?.close())

const good = { name: 'Mara Beispiel', contract: 'W-2026-9999', email: 'mara@example.de' }
const hidden = (page: Answer, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? ''

/** Both pages, as a browser without script walks them. */
async function withdraw(browser: Browser, words: typeof good): Promise<Answer> {
  const first = await browser.submit('/api/withdrawal/draft', words)
  expect([first.status, first.headers.get('location')]).toEqual([303, '/widerruf/bestaetigen'])
  const page = await browser.get('/widerruf/bestaetigen')
  expect(page.text).toMatch(/<button[^>]*>Widerruf bestätigen<\/button>/)
  return browser.submit('/api/withdrawal', {
    id: hidden(page, 'id'),
    name: hidden(page, 'name'),
    contract: hidden(page, 'contract'),
    email: hidden(page, 'email'),
  })
}

/** What a declaration leaves behind. Mails of earlier ones may still be reported as delivered meanwhile. */
const stored = () =>
  world.database.query(
    `select (select count(*)::int from withdrawal) as withdrawals,
            (select count(*)::int from letter where kind = 'withdrawal_receipt') as receipts`,
  )

/** What of an answer somebody can see, without what must differ (ids, the cookie's value). */
const seen = ({ status, headers, text }: Answer) => ({
  status,
  location: headers.get('location'),
  text,
  headers: [...headers.keys()].sort(),
})

test('one declaration, walked by plain forms: stored, acknowledged, shown', async () => {
  const browser = world.browser()
  const words = { ...good, email: 'gang@example.de' }
  const done = await withdraw(browser, words)
  expect([done.status, done.headers.get('location')]).toEqual([303, '/widerruf/eingegangen'])
  const page = await browser.get('/widerruf/eingegangen')
  const [row] = await world.database.query<{ received_at: Date }>(
    'select received_at from withdrawal where email = $1',
    [words.email],
  )
  // What was declared is what the receipt says, word for word.
  const declared = /Erklärung<\/dt><dd[^>]*>([^<]+)</.exec(page.text)?.[1] ?? 'no sentence'
  const second = new Intl.DateTimeFormat('de-DE', { timeZone: 'Europe/Berlin', timeStyle: 'medium' })
  expect(page.text).toContain(second.format(new Date(row?.received_at ?? 0)))
  expect(page.text).toContain('Mara Beispiel')
  expect(page.headers.get('cache-control')).toMatch(/no-store/)
  const mail = await world.mail(words.email)
  for (const word of [words.name, words.contract, words.email]) expect(mail.text).toContain(word)
  expect(mail.html).toContain(declared)
  // The operator hears of it from the worker.
  const told = await until('the operator is told', async () =>
    (await world.mails('betreiber@werkstatt.test')).find(({ subject }) => /Widerruf/.test(subject)),
  )
  expect(told.text).not.toContain(words.email)
})

test('known, unknown, refunded and expired orders get one and the same answer', async () => {
  const opened = await world.browser().post('/api/stripe/create-checkout', { email: 'kaeufer@example.de' })
  const sessionId = new URL(opened.json<{ url: string }>().url).pathname.split('/').at(-1) ?? ''
  await fetch(`${world.urls.stripe}/_pay/${sessionId}`, { method: 'POST' })
  await settleOrder(world.ctx, sessionId)
  const [order] = await world.database.query<{ number: string }>('select number from purchase where session_id = $1', [
    sessionId,
  ])
  const number = `W-2026-${String(order?.number).padStart(4, '0')}`
  const answers = []
  const states = ['paid', 'refunded', 'expired', 'unknown']
  for (const state of states) {
    if (state !== 'unknown') await world.database.query('update purchase set state = $1', [state])
    if (state === 'expired')
      await world.database.query(
        `update purchase set created_at = now() - interval '2 years', paid_at = now() - interval '2 years'`,
      )
    const contract = state === 'unknown' ? 'W-2026-8888' : number
    const answer = await withdraw(world.browser(), { ...good, contract, email: `${state}@example.de` })
    answers.push(seen(answer))
  }
  for (const answer of answers) expect(answer).toEqual(answers[0])
  const asked = await world.browser().post('/api/withdrawal', { id: world.ctx.ids.uuid(), ...good, contract: number })
  expect(Object.keys(asked.json())).toEqual(['ok', 'receivedAt'])
})

test('a receipt that came back is a warning, stands beside its declaration, and is over when somebody ticks it off', async () => {
  const email = 'weg-quittung@example.de'
  await withdraw(world.browser(), { ...good, email })
  const bounced = "select id from letter where to_address = $1 and state = 'bounced'"
  const { id } = await until(
    'the receipt came back',
    async () => (await world.database.query<{ id: string }>(bounced, [email]))[0],
  )
  const text = async (path: string) => (await admin.browser.get(path)).text
  await until('the warning is raised', async () => (await text('/api/status')).includes('receipt_lost'))
  const page = await text('/admin/widerrufe')
  expect(page).toContain(`/admin/mails/${id}`)
  expect(page).toContain('zurückgekommen')
  expect(await text('/admin')).toMatch(/Widerrufe? wart\w+ auf deine Entscheidung/)
  const closed = await admin.browser.post(`/api/admin/letters/${id}/close`, { key: world.ctx.ids.uuid() })
  expect(closed.status).toBe(200)
  expect(await text('/admin/widerrufe')).toContain('zurückgekommen, von dir abgehakt')
  await sweepLetters(world.ctx)
  expect(await text('/api/status')).not.toContain('receipt_lost')
})

test('an order that nobody has paid turns no status red by an address that bounces; the money does', async () => {
  const email = 'weg-lastschrift@example.de'
  const codes = async () => {
    const { causes, warnings } = JSON.parse((await world.browser().get('/api/status')).text) as {
      causes: { code: string }[]
      warnings: { code: string }[]
    }
    return [causes, warnings].map((list) => list.map(({ code }) => code).filter((code) => code.startsWith('mail_')))
  }
  const opened = await world.browser().post('/api/stripe/create-checkout', { email })
  const sessionId = new URL(opened.json<{ url: string }>().url).pathname.split('/').at(-1) ?? ''
  const stripe = (path: string, body: object) =>
    fetch(`${world.urls.stripe}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await stripe(`/_pay/${sessionId}`, { email, iban: 'DE89370400440532013000' })
  await until('the letter came back', async () => (await codes())[1]?.includes('mail_unpaid'))
  expect(await codes()).toEqual([[], ['mail_unpaid']])
  expect((await admin.browser.get('/admin')).text).toContain('für die noch niemand bezahlt hat')
  await stripe(`/_pending/${sessionId}`, { outcome: 'succeed' })
  await until('the welcome letter is lost', async () => (await codes())[0]?.includes('mail_address'))
  const lost = await world.database.query<{ id: string }>('select id from letter where to_address = $1', [email])
  for (const { id } of lost) await admin.browser.post(`/api/admin/letters/${id}/close`, { key: world.ctx.ids.uuid() })
  await sweepLetters(world.ctx)
  expect(await codes()).toEqual([[], []])
})

describe('what is missing', () => {
  test('is said beside its field, everything else is kept, nothing is stored', async () => {
    const before = await stored()
    const browser = world.browser()
    const refused = await browser.submit('/api/withdrawal/draft', {
      name: '  ',
      contract: 'der "Kurs" <b>',
      email: 'mara@',
    })
    expect([refused.status, refused.headers.get('location')]).toEqual([303, '/widerruf?fehler=angaben'])
    const page = await browser.get('/widerruf?fehler=angaben')
    expect(page.text).toContain('Trag deinen Namen ein')
    expect(page.text).toContain('Mit dieser Adresse geht es nicht')
    expect(page.text).not.toContain('Trag ein, welchen Vertrag')
    expect(page.text).toContain('value="der &quot;Kurs&quot; &lt;b&gt;"')
    expect(page.text.match(/aria-invalid="true"/g)).toHaveLength(2)
    // The second step refuses the same, should somebody reach it with less.
    const late = await browser.submit('/api/withdrawal', { id: world.ctx.ids.uuid(), name: 'Mara' })
    expect(late.headers.get('location')).toBe('/widerruf?fehler=angaben')
    const json = await browser.post('/api/withdrawal', { id: world.ctx.ids.uuid(), name: 'Mara' })
    expect([json.status, Object.keys(json.json<{ error: { fields: object } }>().error.fields)]).toEqual([
      400,
      ['contract', 'email'],
    ])
    expect(await stored()).toEqual(before)
  })

  test('a form from elsewhere, without its id, or too large, stores nothing', async () => {
    const before = await stored()
    const browser = world.browser()
    const foreign = await browser.submit(
      '/api/withdrawal',
      { id: world.ctx.ids.uuid(), ...good },
      { 'sec-fetch-site': 'cross-site' },
    )
    expect(foreign.status).toBe(403)
    const nameless = await browser.submit('/api/withdrawal', good)
    expect(nameless.headers.get('location')).toBe('/widerruf/bestaetigen?fehler=invalid_input')
    const page = await browser.get('/widerruf/bestaetigen?fehler=invalid_input')
    expect(page.text).toContain('noch nicht bei uns')
    expect(
      (await browser.post('/api/withdrawal', { id: world.ctx.ids.uuid(), ...good, name: 'x'.repeat(70_000) })).status,
    ).toBe(413)
    expect(await stored()).toEqual(before)
  })

  test('a forged or foreign cookie shows nothing', async () => {
    for (const value of [
      'x',
      Buffer.from('{"step":"done","id":"1"}').toString('base64url'),
      Buffer.from(JSON.stringify({ step: 'done', id: world.ctx.ids.uuid() })).toString('base64url'),
    ]) {
      const browser = world.browser()
      browser.cookies.set('withdrawal', value)
      for (const path of ['/widerruf', '/widerruf/eingegangen']) {
        const page = await browser.get(path)
        expect([path, page.status]).toEqual([path, 200])
        expect(page.text).not.toContain('Mara')
      }
    }
  })
})

test('beyond the limit a sentence says how it goes on, and nothing is stored', async () => {
  const words = { ...good, email: 'oft@example.de' }
  for (let turn = 0; turn < 5; turn++) await withdraw(world.browser(), { ...words, contract: `Vertrag ${turn}` })
  const before = await stored()
  const browser = world.browser()
  const refused = await withdraw(browser, { ...words, contract: 'der letzte' })
  expect(refused.headers.get('location')).toBe('/widerruf/bestaetigen?fehler=rate_limited')
  expect((await browser.get('/widerruf/bestaetigen?fehler=rate_limited')).text).toContain('noch nicht bei uns')
  expect(await stored()).toEqual(before)
})

test('no name and no address of a declaration stands in a log', async () => {
  await withdraw(world.browser(), {
    name: 'Ottilie Geheim',
    contract: 'Vertrag Ypsilon',
    email: 'ottilie.geheim@example.de',
  })
  await world.mail('ottilie.geheim@example.de')
  for (const part of ['web', 'worker'] as const) expect(readLog(world, part)).not.toMatch(/ottilie|geheim|Ypsilon/i)
})

describe('the operator', () => {
  test('sees it in the list; strangers and unproven operators do not, and cannot decide', async () => {
    await withdraw(world.browser(), { ...good, contract: 'Liste', email: 'liste@example.de' })
    const [row] = await world.database.query<{ id: string }>(`select id from withdrawal where contract = 'Liste'`)
    const page = await until('the list', async () => {
      const answer = await admin.browser.get('/admin/widerrufe')
      return answer.text.includes('liste@example.de') ? answer : null
    })
    expect(page.text).toContain('noch 14 Tage')
    const unproven = await personIn(world, 'vorlaeufig@example.de', { admin: true, kind: 'unproven' })
    const learner = await personIn(world, 'lernende@example.de', { course: true })
    expect([404, 307]).toContain((await unproven.browser.get('/admin/widerrufe')).status)
    for (const action of ['accept', 'refuse', 'assign'])
      for (const [who, status] of [
        [world.browser(), 401],
        [learner.browser, 403],
        [unproven.browser, 403],
      ] as const) {
        const key = world.ctx.ids.uuid()
        const answer = await who.post(`/api/admin/withdrawals/${row?.id}/${action}`, { key, note: 'x', order: '1' })
        expect([action, answer.status]).toEqual([action, status])
      }
    const key = world.ctx.ids.uuid()
    const refuse = () =>
      admin.browser.submit(`/api/admin/withdrawals/${row?.id}/refuse`, {
        key,
        note: 'gehört nicht zu uns',
        back: '/admin/widerrufe',
      })
    for (const turn of [1, 2]) expect([turn, (await refuse()).status]).toEqual([turn, 303])
    const [decided] = await world.database.query(
      'select w.state, w.note, (select count(*)::int from audit_entry a where a.target = w.id::text) as entries from withdrawal w where w.id = $1',
      [row?.id],
    )
    expect(decided).toEqual({ state: 'refused', note: 'gehört nicht zu uns', entries: 1 })
    const note = await admin.browser.post(`/api/admin/withdrawals/${row?.id}/refuse`, {
      key: world.ctx.ids.uuid(),
      note: ' ',
    })
    expect(note.status).toBe(400)
  })
})
