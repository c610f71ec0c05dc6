import { createHash } from 'node:crypto'
import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendLetter } from '#domain/mail/sendLetter.ts'
import { openCheckout } from '#domain/sales/checkout/openCheckout.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import type { Browser } from '../../kit/browser.ts'
import { personIn } from '../../kit/people.ts'
import { openWorld, type World } from '../../kit/world.ts'

/** The routes of an order's PDFs, on the production build: without a worker, so that the web itself makes them. */

let world: World
let owner: Browser
let purchaseId: string
const email = 'akte@example.de'

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'web'] })
  purchaseId = await buy(email)
  owner = (await personIn(world, email)).browser
})
afterAll(() => world?.close())

async function buy(address: string): Promise<string> {
  const consent = { startNow: true, acknowledgesLoss: true }
  const { sessionId } = await openCheckout(world.ctx, { productType: 'kurs', email: address, consent })
  const paid = await fetch(`${world.urls.stripe}/_pay/${sessionId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  expect(paid.status).toBe(200)
  return String((await settleOrder(world.ctx, sessionId)).purchaseId)
}

const pathOf = (name: string, id = purchaseId) => `/api/orders/${id}/${name}`

async function load(name: string) {
  const cookie = `session=${owner.cookies.get('session')}`
  const answer = await fetch(world.url + pathOf(name), { headers: { cookie } })
  return { answer, bytes: new Uint8Array(await answer.arrayBuffer()) }
}

async function wordsOf(bytes: Uint8Array): Promise<string> {
  // A copy, because the reader takes the bytes away.
  const { text } = await extractText(await getDocumentProxy(bytes.slice()), { mergePages: true })
  return text.replace(/\s+/g, ' ')
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test.each([
  ['confirmation.pdf', /filename="Vertragsbestaetigung-W-[\d-]+\.pdf"/, ['Bestätigung deiner Bestellung', '349,00']],
  ['terms.pdf', /filename="AGB-[\w.-]+\.pdf"/, ['Wie der Vertrag zustande kommt']],
  ['withdrawal.pdf', /filename="Widerrufsbelehrung-[\w.-]+\.pdf"/, ['Widerrufsbelehrung', 'Muster-Widerrufsformular']],
])('the proven owner loads %s, and no cache keeps it', async (name, filename, facts) => {
  const { answer, bytes } = await load(name)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/pdf')
  expect(answer.headers.get('content-disposition')).toMatch(filename)
  expect(answer.headers.get('cache-control')).toBe('private, no-store')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  const words = await wordsOf(bytes)
  for (const fact of facts) expect(words).toContain(fact)
})

test('the order number stands in the confirmation, and the mail then carries the very bytes loaded before', async () => {
  const { bytes } = await load('confirmation.pdf')
  const [row] = await world.database.query<{ id: string; number: string }>(
    `select l.id, l.inputs #>> '{data,number}' as number from letter l join purchase p on p.id = l.purchase_id
      where p.id = $1 and l.kind = 'welcome'`,
    [purchaseId],
  )
  expect(await wordsOf(bytes)).toContain(row?.number)
  await sendLetter(world.ctx, row?.id ?? '')
  const [mail] = (await world.mails(email)) as unknown as { attachments: { sha256: string }[] }[]
  expect(mail?.attachments[0]?.sha256).toBe(sha256(bytes))
})

test('nobody else gets them: no session, an unproven one, another person, the operator', async () => {
  await buy('andere@example.de')
  const other = (await personIn(world, 'andere@example.de')).browser
  const operator = (await personIn(world, 'chefin@example.de', { admin: true })).browser
  const unproven = (await personIn(world, email, { kind: 'unproven' })).browser
  const turnedAway: [string, Browser, number, string][] = [
    ['nobody', world.browser(), 401, 'unauthenticated'],
    ['unproven', unproven, 403, 'unproven_session'],
    ['other buyer', other, 404, 'not_found'],
    ['operator', operator, 404, 'not_found'],
  ]
  for (const name of ['confirmation.pdf', 'terms.pdf', 'withdrawal.pdf'])
    for (const [who, browser, status, code] of turnedAway) {
      const answer = await browser.get(pathOf(name))
      expect([who, name, answer.status, answer.json<{ error: { code: string } }>().error.code]).toEqual([
        who,
        name,
        status,
        code,
      ])
      expect(answer.headers.get('cache-control')).toContain('no-store')
      expect(answer.text).not.toContain('%PDF')
    }
})

test.each([
  ['another name', () => pathOf('invoice.pdf')],
  ['a name without its ending', () => pathOf('confirmation')],
  ['a way up', () => pathOf('..%2Fconfirmation.pdf')],
  ['a name in capitals', () => pathOf('CONFIRMATION.PDF')],
  ['an order that does not exist', () => pathOf('terms.pdf', '11111111-1111-4111-8111-111111111111')],
  ['an id that is none', () => pathOf('terms.pdf', 'W-2026-0001')],
  ['an id with a quote', () => pathOf('terms.pdf', "x'--")],
])('%s is a plain 404', async (_what, path) => {
  const answer = await owner.get(path())
  expect([answer.status, answer.json<{ error: { code: string } }>().error.code]).toEqual([404, 'not_found'])
})

test('an id with a zero byte never gets as far as the order', async () => {
  const answer = await owner.get(pathOf('terms.pdf', `${purchaseId}%00`))
  expect([answer.status, answer.json<{ error: { code: string } }>().error.code]).toEqual([400, 'invalid_input'])
})
