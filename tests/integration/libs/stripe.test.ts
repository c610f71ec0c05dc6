import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startStripe } from '#emulators/stripe.ts'
import { isOutsideError } from '#errors'
import { createLog } from '#libs/log.ts'
import { createPayments } from '#libs/stripe.ts'
import { verifyStripeEvent } from '#libs/stripeWebhook.ts'
import type { CheckoutInput, Payments } from '#ports'
import { until } from '../../kit/until.ts'

/** `libs/stripe.ts` with the unmodified SDK against the emulator, over real HTTP. */

const dataDir = mkdtempSync(path.join(tmpdir(), 'payments-'))
const secretKey = 'sk_test_payments'
const webhookSecret = 'whsec_payments'
const log = createLog('test', 'silent')
const received: { raw: Buffer; signature: string }[] = []
const shop = http.createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    received.push({ raw: Buffer.concat(chunks), signature: String(request.headers['stripe-signature']) })
    response.end('{}')
  })
})
let emulator: Awaited<ReturnType<typeof startStripe>>
let payments: Payments

beforeAll(async () => {
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  const { port } = shop.address() as { port: number }
  const price = {
    id: 'price_kurs',
    lookupKey: 'kurs_eur',
    unitAmount: 34_900,
    currency: 'eur',
    productName: 'Werkstatt',
  }
  emulator = await startStripe(
    { port: 0, secretKey, webhookSecret, webhookUrl: `http://127.0.0.1:${port}/`, price },
    dataDir,
  )
  payments = fresh()
})
afterEach(() => act('DELETE', '/_faults'))
afterAll(async () => {
  await emulator.close()
  shop.close()
  rmSync(dataDir, { recursive: true })
})

const fresh = () => createPayments({ secretKey, apiBaseUrl: emulator.url, webhookSecrets: [] }, log)
async function act(method: string, where: string, body?: object) {
  const response = await fetch(`${emulator.url}${where}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${where}: ${response.status} ${await response.text()}`)
  return (await response.json().catch(() => ({}))) as Record<string, string>
}
const pay = (sessionId: string, how: object = {}) => act('POST', `/_pay/${sessionId}`, how)

let count = 0
const input = (change: Partial<CheckoutInput> = {}): CheckoutInput => ({
  priceId: 'price_kurs',
  successUrl: 'http://127.0.0.1:3000/kauf/danke?session_id={CHECKOUT_SESSION_ID}',
  cancelUrl: 'http://127.0.0.1:3000/bestellen',
  orderId: '0b8f1c9e-6f3e-4b4f-9d0d-6a1f0d3c2b1a',
  productType: 'kurs',
  email: 'mara@example.de',
  requestId: 'request-1',
  invoice: false,
  idempotencyKey: `checkout:${++count}`,
  expiresAt: new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000),
  ...change,
})
async function failureOf(work: Promise<unknown>) {
  try {
    await work
    return 'none'
  } catch (error) {
    return isOutsideError(error) ? error.failure : String(error)
  }
}

test('a session is opened once per key, and another wish under the same key is refused', async () => {
  const wish = input()
  const [first, second] = await Promise.all([payments.createCheckout(wish), payments.createCheckout(wish)])
  expect(second).toEqual(first)
  expect(first.url).toContain(emulator.url)
  expect(first.expiresAt).toEqual(wish.expiresAt)
  expect(await failureOf(payments.createCheckout({ ...wish, email: 'other@example.de' }))).toBe('rejected')
})

test('what Stripe knows comes back as our truth: open, paid, refunded in part, in full', async () => {
  const { sessionId } = await payments.createCheckout(input())
  expect(await payments.getCheckout(sessionId)).toMatchObject({
    status: 'open',
    paymentStatus: 'unpaid',
    chargeId: null,
  })
  const { paymentIntent } = await pay(sessionId, { name: 'Mara' })
  const paid = await payments.getCheckout(sessionId)
  expect(paid).toMatchObject({
    status: 'complete',
    paymentStatus: 'paid',
    livemode: false,
    amountTotal: 34_900,
    currency: 'eur',
    quantity: 1,
    priceIds: ['price_kurs'],
    orderId: input().orderId,
    productType: 'kurs',
    requestId: 'request-1',
    email: 'mara@example.de',
    name: 'Mara',
    paymentIntentId: paymentIntent,
    paymentIntentStatus: 'succeeded',
    refunds: [],
    disputes: [],
  })
  expect(paid.paidAt).toBeInstanceOf(Date)
  const refund = (amount: number) =>
    fetch(`${emulator.url}/v1/refunds`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ payment_intent: paymentIntent ?? '', amount: String(amount) }),
    })
  await refund(100)
  expect((await payments.getCheckout(sessionId)).refunds).toMatchObject([{ amount: 100, status: 'succeeded' }])
  for (let part = 0; part < 11; part++) await refund(100)
  expect((await payments.getCheckout(sessionId)).refunds).toHaveLength(12)
  expect(await payments.findSessionId({ paymentIntentId: paymentIntent })).toBe(sessionId)
  expect(await payments.findSessionId({ chargeId: paid.chargeId })).toBe(sessionId)
  expect(await payments.findSessionId({})).toBeNull()
})

test('a voucher for everything leaves no payment intent', async () => {
  const { sessionId } = await payments.createCheckout(input())
  await pay(sessionId, { promotionCode: 'GESCHENK100' })
  expect(await payments.getCheckout(sessionId)).toMatchObject({
    status: 'complete',
    paymentStatus: 'no_payment_required',
    amountTotal: 0,
    amountDiscount: 34_900,
    paymentIntentId: null,
    refunds: [],
  })
})

test('a debit waits, then fails; a dispute is seen', async () => {
  const debit = await payments.createCheckout(input())
  await pay(debit.sessionId, { iban: 'DE89370400440532013000' })
  expect(await payments.getCheckout(debit.sessionId)).toMatchObject({
    status: 'complete',
    paymentStatus: 'unpaid',
    paymentIntentStatus: 'processing',
  })
  await act('POST', `/_pending/${debit.sessionId}`, { outcome: 'fail' })
  expect(await payments.getCheckout(debit.sessionId)).toMatchObject({
    paymentStatus: 'unpaid',
    paymentIntentStatus: 'requires_payment_method',
    paidAt: null,
  })
  const card = await payments.createCheckout(input())
  const { paymentIntent } = await pay(card.sessionId)
  const dispute = await act('POST', '/_disputes', { payment_intent: paymentIntent })
  expect((await payments.getCheckout(card.sessionId)).disputes).toMatchObject([{ status: 'needs_response' }])
  await act('POST', `/_disputes/${dispute.id}`, { outcome: 'won' })
  expect((await payments.getCheckout(card.sessionId)).disputes).toMatchObject([{ status: 'won' }])
})

test('an open session can be closed, a paid one not, an unknown one is not found', async () => {
  const { sessionId } = await payments.createCheckout(input())
  await payments.expireCheckout(sessionId)
  expect(await payments.getCheckout(sessionId)).toMatchObject({ status: 'expired' })
  expect(await failureOf(payments.expireCheckout(sessionId))).toBe('rejected')
  expect(await failureOf(payments.getCheckout('cs_test_unknown'))).toBe('not_found')
})

test('the price is found by id and by lookup key', async () => {
  const fact = {
    id: 'price_kurs',
    lookupKey: 'kurs_eur',
    unitAmount: 34_900,
    currency: 'eur',
    productName: 'Werkstatt',
  }
  expect(await payments.getPrice({ id: 'price_kurs' })).toMatchObject(fact)
  expect(await payments.getPrice({ lookupKey: 'kurs_eur' })).toMatchObject(fact)
  expect(await failureOf(payments.getPrice({ lookupKey: 'nothing' }))).toBe('not_found')
})

test('deliveries verify, and ring for the objects they are about', async () => {
  received.length = 0
  const { sessionId } = await payments.createCheckout(input())
  const { paymentIntent } = await pay(sessionId, { wait: true })
  const events = await until('all five events of a card payment', () => {
    const seen = received.map(({ raw, signature }) => verifyStripeEvent(raw, signature, [webhookSecret], new Date()))
    return seen.some(({ type }) => type === 'charge.succeeded') &&
      seen.some(({ type }) => type === 'checkout.session.completed')
      ? seen
      : null
  })
  const bodyOf = (type: string) => events.find((event) => event.type === type)?.raw as Buffer
  expect(payments.referencesOf(bodyOf('checkout.session.completed'))).toMatchObject({ sessionId })
  expect(payments.referencesOf(bodyOf('charge.succeeded'))).toMatchObject({
    sessionId: null,
    paymentIntentId: paymentIntent,
  })
  expect(payments.referencesOf(Buffer.from('no json'))).toEqual({
    sessionId: null,
    paymentIntentId: null,
    chargeId: null,
  })
})

test('every failure has a name', async () => {
  const strange = createPayments({ secretKey: 'sk_test_wrong', apiBaseUrl: emulator.url, webhookSecrets: [] }, log)
  expect(await failureOf(strange.getPrice({ id: 'price_kurs' }))).toBe('rejected')
  const nobody = createPayments({ secretKey, apiBaseUrl: 'http://127.0.0.1:1', webhookSecrets: [] }, log)
  expect(await failureOf(nobody.getPrice({ id: 'price_kurs' }))).toBe('refused')
  await act('POST', '/_faults', { kind: 'status', status: 429, retryAfter: 7, match: '/v1/prices/*' })
  const limited = fresh().getPrice({ id: 'price_kurs' })
  await expect(limited).rejects.toMatchObject({ failure: 'rate_limited', retryAfter: 7, retryable: true })
})

const openedSessions = async () => ((await act('GET', '/_state')) as unknown as { sessions: unknown[] }).sessions.length

test('an answer that was lost opens nothing twice', async () => {
  const before = await openedSessions()
  await act('POST', '/_faults', { kind: 'reset', match: 'POST /v1/checkout/sessions', when: 'after', times: 1 })
  const wish = input()
  const { sessionId } = await fresh().createCheckout(wish)
  // A body that breaks off is not repeated by the SDK; the buyer's next click finds the session under its key.
  await act('POST', '/_faults', { kind: 'cut', match: 'POST /v1/checkout/sessions', times: 1 })
  expect(await failureOf(fresh().createCheckout(wish))).toBe('bad_answer')
  expect((await fresh().createCheckout(wish)).sessionId).toBe(sessionId)
  expect(await openedSessions()).toBe(before + 1)
})

test('after five outages the circuit opens and answers at once', async () => {
  await act('POST', '/_faults', { kind: 'status', status: 503, match: '/v1/prices/*' })
  const patient = fresh()
  const failures: string[] = []
  for (let call = 0; call < 6; call++) failures.push(await failureOf(patient.getPrice({ id: 'price_kurs' })))
  expect(failures).toEqual([...Array(5).fill('bad_answer'), 'circuit_open'])
})

test('with invoices the checkout asks for the address, and the paid order has its invoice', async () => {
  const session = async (id: string) =>
    ((await act('GET', '/_state')) as unknown as { sessions: { id: string; customer: string }[] }).sessions.find(
      (one) => one.id === id,
    )
  const wish = input({ invoice: true, invoiceFooter: 'Umsatzsteuerfrei nach § 19 UStG (Kleinunternehmer).' })
  const { sessionId } = await payments.createCheckout(wish)
  expect(await session(sessionId)).toMatchObject({
    billing_address_collection: 'required',
    tax_id_collection: { enabled: true },
    invoice_creation: { enabled: true, invoice_data: { footer: wish.invoiceFooter } },
  })
  await pay(sessionId)
  expect((await payments.getCheckout(sessionId)).invoice).toMatchObject({
    id: expect.stringMatching(/^in_/),
    number: expect.any(String),
    url: expect.stringMatching(/^http/),
  })
  expect(await payments.findSessionId({ customerId: (await session(sessionId))?.customer })).toBe(sessionId)
  expect(await payments.findSessionId({ customerId: 'cus_niemand' })).toBeNull()
  const plain = await payments.createCheckout(input())
  expect(await session(plain.sessionId)).toMatchObject({
    billing_address_collection: 'auto',
    invoice_creation: { enabled: false },
  })
  await pay(plain.sessionId)
  expect((await payments.getCheckout(plain.sessionId)).invoice).toBeNull()
})
