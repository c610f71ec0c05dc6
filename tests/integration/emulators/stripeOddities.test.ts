import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStripe } from '#emulators/stripe.ts'

/**
 * What the Stripe emulator can do beside an ordinary sale: invoices, warnings, recovered and foreign sessions, strange
 * events.
 */

let stripe: Stripe
let emulator: Awaited<ReturnType<typeof startStripe>>
let dataDir: string

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'emulator-oddities-'))
  emulator = await startStripe(
    {
      port: 0,
      secretKey: 'sk_test_emulator',
      webhookSecret: 'whsec_emulator',
      price: { id: 'price_kurs', lookupKey: 'kurs_eur', unitAmount: 34_900, currency: 'eur', productName: 'Kurs' },
    },
    dataDir,
  )
  stripe = new Stripe('sk_test_emulator', {
    host: '127.0.0.1',
    port: emulator.port,
    protocol: 'http',
    maxNetworkRetries: 0,
  })
})
afterAll(async () => {
  await emulator.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const create = (more: Stripe.Checkout.SessionCreateParams = {}) =>
  stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [{ price: 'price_kurs', quantity: 1 }],
    success_url: 'http://localhost:3000/kauf/danke',
    client_reference_id: 'order_1',
    ...more,
  })

async function post(where: string, body: unknown = {}) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${emulator.url}${where}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, json: (await response.json()) as Record<string, string> }
}
const eventsOf = async (...types: string[]) => (await stripe.events.list({ types, limit: 100 })).data

const withInvoice: Stripe.Checkout.SessionCreateParams = {
  invoice_creation: { enabled: true, invoice_data: { footer: 'Danke.' } },
  billing_address_collection: 'required',
  tax_id_collection: { enabled: true },
  name_collection: { business: { enabled: true, optional: true }, individual: { enabled: true, optional: false } },
}
const card = { method: 'card', card: '4242 4242 4242 4242', expiry: '12/40', cvc: '123', email: 'firma@example.test' }
const submit = (id: string, fields: Record<string, string>) =>
  fetch(`${emulator.url}/c/pay/${id}`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })

test('an invoice: collected on the page, in the API, as a page and as a PDF', async () => {
  const { id, url } = await create(withInvoice)
  const page = await (await fetch(url ?? '')).text()
  for (const name of ['line1', 'postal', 'city', 'business', 'taxId']) expect(page).toContain(`name="${name}"`)

  const refused = await submit(id, { ...card, taxId: 'falsch' })
  expect(refused.status).toBe(400)
  const said = await refused.text()
  for (const part of ['Straße und Hausnummer an', 'Postleitzahl an', 'Ort an', 'deinen Namen an', 'USt-IdNr. stimmt'])
    expect(said).toContain(part)

  const fields = { name: 'Mara Käufer', business: 'Hobel & Söhne (GmbH)', taxId: 'de 123 456 789', country: 'DE' }
  const paid = await submit(id, { ...card, ...fields, line1: 'Weg 1', postal: '10115', city: 'Berlin' })
  expect(paid.status).toBe(303)
  const session = await stripe.checkout.sessions.retrieve(id, { expand: ['invoice'] })
  expect(session.customer_details).toMatchObject({
    name: 'Mara Käufer',
    business_name: 'Hobel & Söhne (GmbH)',
    address: { line1: 'Weg 1', postal_code: '10115', city: 'Berlin', country: 'DE' },
    tax_ids: [{ type: 'eu_vat', value: 'DE123456789' }],
  })
  const invoice = await stripe.invoices.retrieve((session.invoice as Stripe.Invoice).id ?? '')
  expect(invoice).toMatchObject({ status: 'paid', total: 34_900, customer_name: 'Hobel & Söhne (GmbH)' })
  expect(invoice.number).toMatch(/^NB-\d{4}$/)
  expect(await (await fetch(invoice.hosted_invoice_url ?? '')).text()).toContain('Hobel &amp; Söhne (GmbH)')
  const pdf = await fetch(invoice.invoice_pdf ?? '')
  expect(pdf.headers.get('content-type')).toBe('application/pdf')
  const { extractText } = await import('unpdf')
  const { text } = await extractText(new Uint8Array(await pdf.arrayBuffer()), { mergePages: true })
  expect(text).toContain(`Rechnung ${invoice.number}`)
  expect(text).toContain('Hobel & Söhne (GmbH)')
  expect(text).toContain('349,00 €')
  expect((await eventsOf('invoice.*')).map(({ type }) => type).sort()).toEqual([
    'invoice.created',
    'invoice.finalized',
    'invoice.paid',
    'invoice.payment_succeeded',
  ])
  expect((await fetch(`${emulator.url}/i/in_unbekannt`)).status).toBe(404)
})

test('a delayed payment gets its invoice when the money is there', async () => {
  const { id } = await create(withInvoice)
  await post(`/_pay/${id}`, { iban: 'DE89370400440532013000' })
  expect((await stripe.checkout.sessions.retrieve(id)).invoice).toBeNull()
  await post(`/_pending/${id}`, { outcome: 'succeed' })
  expect((await stripe.checkout.sessions.retrieve(id)).invoice).toMatch(/^in_/)
})

test('an early fraud warning is listed, rings once, and is quiet after the refund', async () => {
  const { json: paid } = await post(`/_pay/${(await create()).id}`)
  const intent = paid.paymentIntent ?? ''
  const { json: warning } = await post('/_warnings', { payment_intent: intent })
  expect((await post('/_warnings', { payment_intent: intent })).status).toBe(400)
  const listed = await stripe.radar.earlyFraudWarnings.list({ payment_intent: intent })
  expect(listed.data).toMatchObject([{ id: warning.id, actionable: true, fraud_type: 'made_with_stolen_card' }])
  expect((await stripe.radar.earlyFraudWarnings.list({ payment_intent: 'pi_anders' })).data).toEqual([])
  expect(await eventsOf('radar.early_fraud_warning.created')).toHaveLength(1)
  await stripe.refunds.create({ payment_intent: intent })
  expect(await stripe.radar.earlyFraudWarnings.retrieve(warning.id ?? '')).toMatchObject({ actionable: false })
  expect(await eventsOf('radar.early_fraud_warning.updated')).toHaveLength(1)
})

test('a recovered session is a new session of the same order', async () => {
  const old = await create()
  const { json: recovered } = await post(`/_sessions/${old.id}/recover`)
  expect(await stripe.checkout.sessions.retrieve(old.id)).toMatchObject({ status: 'expired' })
  const session = await stripe.checkout.sessions.retrieve(recovered.id ?? '')
  expect(session).toMatchObject({ status: 'open', recovered_from: old.id, client_reference_id: 'order_1' })
  expect((await post(`/_pay/${session.id}`)).json).toMatchObject({ state: 'complete', paymentStatus: 'paid' })
})

test('five of it, no address, a foreign shop', async () => {
  const five = await create()
  await post(`/_sessions/${five.id}/quantity`, { quantity: 5 })
  await post(`/_pay/${five.id}`, { email: null })
  const paid = await stripe.checkout.sessions.retrieve(five.id, { expand: ['line_items'] })
  expect(paid).toMatchObject({ amount_total: 174_500, customer_email: null, customer_details: { email: null } })
  expect(paid.line_items?.data[0]?.quantity).toBe(5)

  const { json: foreign } = await post('/_sessions', { amount: 900 })
  await post(`/_pay/${foreign.id}`)
  expect(await stripe.checkout.sessions.retrieve(foreign.id ?? '')).toMatchObject({
    amount_total: 900,
    client_reference_id: null,
    metadata: {},
    payment_status: 'paid',
  })
})

test('events of another mode, version and type, and values nobody knows', async () => {
  const { id } = await create()
  const made = await post('/_emit', {
    type: 'checkout.session.reimagined',
    objectId: id,
    object: { status: 'half_open' },
    livemode: true,
    apiVersion: '2019-01-01',
    created: 1_700_000_000,
  })
  const event = await stripe.events.retrieve(made.json.id ?? '')
  expect(event).toMatchObject({ type: 'checkout.session.reimagined', livemode: true, api_version: '2019-01-01' })
  expect(event.created).toBe(1_700_000_000)
  expect(event.data.object).toMatchObject({ id, status: 'half_open' })
  expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'open' })

  await post(`/_change/${id}`, { payment_status: 'paid_in_gold', livemode: true })
  expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ payment_status: 'paid_in_gold', livemode: true })
  expect((await post('/_change/cs_unbekannt', {})).status).toBe(404)
})

test('three pages of events: each once, newest first, has_more true until the last', async () => {
  const since = Math.floor(Date.now() / 1000) + 1_000
  const ids: string[] = []
  for (let count = 0; count < 7; count++)
    ids.push((await post('/_emit', { type: 'charge.updated', created: since + count })).json.id ?? '')
  const seen: string[] = []
  const more: boolean[] = []
  let after: string | undefined
  do {
    const page = await stripe.events.list({
      types: ['charge.updated', 'charge.refunded'],
      created: { gte: since },
      limit: 3,
      ...(after ? { starting_after: after } : {}),
    })
    seen.push(...page.data.map((event) => event.id))
    more.push(page.has_more)
    after = page.data.at(-1)?.id
  } while (more.at(-1))
  expect(seen).toEqual(ids.toReversed())
  expect(more).toEqual([true, true, false])
})
