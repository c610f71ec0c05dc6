import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Stripe from 'stripe'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type StripeConfig, startStripe } from '#emulators/stripe.ts'

const secretKey = 'sk_test_emulator'
const webhookSecret = 'whsec_emulator'

interface Receiver {
  url: string
  events: Stripe.Event[]
  headers: string[]
  /** What the next deliveries are answered; empty = 200. */
  answers: number[]
  close(): Promise<void>
}

async function openReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: '', events: [], headers: [], answers: [], close: async () => {} }
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const header = String(request.headers['stripe-signature'])
    receiver.headers.push(header)
    // Throws for a wrong signature; the test then misses its event.
    receiver.events.push(stripe.webhooks.constructEvent(Buffer.concat(chunks), header, webhookSecret))
    response.writeHead(receiver.answers.shift() ?? 200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`
  receiver.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return receiver
}

let stripe: Stripe
let receiver: Receiver
let emulator: Awaited<ReturnType<typeof startStripe>>
let dataDir: string

function sdk(port: number, options: Partial<ConstructorParameters<typeof Stripe>[1]> = {}, key = secretKey): Stripe {
  return new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, timeout: 3000, ...options })
}

const config = (more: Partial<StripeConfig> = {}): StripeConfig => ({
  port: 0,
  secretKey,
  webhookSecret,
  webhookUrl: receiver.url,
  price: {
    id: 'price_kurs',
    lookupKey: 'kurs_eur',
    unitAmount: 34_900,
    currency: 'eur',
    productName: 'Die Produktivitäts-Werkstatt',
  },
  retryPlan: [20, 40, 80],
  sepaDelayMs: 300,
  ...more,
})

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'emulator-stripe-'))
  stripe = sdk(1)
  receiver = await openReceiver()
  emulator = await startStripe(config(), dataDir)
  stripe = sdk(emulator.port)
})

afterEach(async () => {
  await emulator.close()
  await receiver.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const create = (more: Stripe.Checkout.SessionCreateParams = {}, options?: Stripe.RequestOptions) =>
  stripe.checkout.sessions.create(
    {
      mode: 'payment',
      line_items: [{ price: 'price_kurs', quantity: 1 }],
      success_url: 'http://localhost:3000/kauf/danke?session_id={CHECKOUT_SESSION_ID}',
      cancel_url: 'http://localhost:3000/bestellen',
      locale: 'de',
      allow_promotion_codes: true,
      client_reference_id: 'order_1',
      metadata: { order_id: 'order_1' },
      payment_intent_data: { metadata: { order_id: 'order_1' } },
      ...more,
    },
    options,
  )

async function call(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') {
  const response = await fetch(`${emulator.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  return { status: response.status, json: await response.json() }
}

const payNow = (sessionId: string, input: object = {}) =>
  call(`/_pay/${sessionId}`, { email: 'Kundin@example.test', wait: true, ...input })

const submitForm = (path: string, fields: Record<string, string>) =>
  fetch(`${emulator.url}${path}`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })

async function until<T>(what: () => T | Promise<T>, ms = 4000): Promise<NonNullable<T>> {
  const end = Date.now() + ms
  for (;;) {
    const value = await what()
    if (value) return value as NonNullable<T>
    if (Date.now() > end) throw new Error('waited too long')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const typesSeen = () => receiver.events.map((event) => event.type)
const seen = (type: string) => until(() => receiver.events.find((event) => event.type === type))
const card = { method: 'card', card: '4242 4242 4242 4242', expiry: '12/40', cvc: '123', email: 'kundin@example.test' }

test('a card payment through the page: redirect, session, charge, and five signed events', async () => {
  const session = await create({ customer_email: 'kundin@example.test' })
  expect(session).toMatchObject({
    object: 'checkout.session',
    status: 'open',
    payment_status: 'unpaid',
    amount_total: 34_900,
  })
  const page = await (await fetch(session.url ?? '')).text()
  expect(page).toContain('349,00')
  expect(page).toContain('value="kundin@example.test"')

  const answer = await submitForm(`/c/pay/${session.id}`, card)
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe(`http://localhost:3000/kauf/danke?session_id=${session.id}`)
  // The redirect waited for the shop's answer.
  expect(typesSeen()).toContain('checkout.session.completed')

  const paid = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['line_items', 'payment_intent.latest_charge.refunds'],
  })
  expect(paid).toMatchObject({
    status: 'complete',
    payment_status: 'paid',
    url: null,
    customer_details: { email: 'kundin@example.test' },
    line_items: { data: [{ quantity: 1, amount_total: 34_900, price: { id: 'price_kurs' } }] },
    payment_intent: {
      status: 'succeeded',
      metadata: { order_id: 'order_1' },
      latest_charge: { paid: true, status: 'succeeded', refunds: { data: [] } },
    },
  })
  await until(() => receiver.events.length === 5)
  expect(typesSeen().sort()).toEqual([
    'charge.succeeded',
    'charge.updated',
    'checkout.session.completed',
    'payment_intent.created',
    'payment_intent.succeeded',
  ])
  expect(receiver.events[0]).toMatchObject({ object: 'event', api_version: '2026-10-28.endive', livemode: false })
  const updated = receiver.events.find((event) => event.type === 'charge.updated')
  expect(updated?.data.previous_attributes).toEqual({ balance_transaction: null })
})

test('pressing the button twice pays once', async () => {
  const session = await create()
  const answers = await Promise.all([1, 2, 3].map(() => submitForm(`/c/pay/${session.id}`, card)))
  expect(answers.map((answer) => answer.status)).toEqual([303, 303, 303])
  const { data } = await stripe.charges.list({})
  expect(data).toHaveLength(1)
})

test('a declined card shows a German sentence and can be tried again', async () => {
  const session = await create()
  const refused = await submitForm(`/c/pay/${session.id}`, { ...card, card: '4000000000009995' })
  expect(refused.status).toBe(402)
  expect(await refused.text()).toContain('nicht genug Geld')
  expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('open')
  expect((await seen('payment_intent.payment_failed')).data.object).toMatchObject({
    last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' },
  })
  expect((await submitForm(`/c/pay/${session.id}`, { ...card, card: '4000000000000002' })).status).toBe(402)
  expect((await submitForm(`/c/pay/${session.id}`, card)).status).toBe(303)
  expect(typesSeen().filter((type) => type === 'payment_intent.created')).toHaveLength(1)
})

test('wrong input is named field by field', async () => {
  const session = await create()
  const answer = await submitForm(`/c/pay/${session.id}`, {
    ...card,
    email: 'x',
    card: '1234',
    expiry: '13/99',
    cvc: '1',
  })
  const page = await answer.text()
  expect(answer.status).toBe(400)
  for (const sentence of ['Gib deine E-Mail', 'Kartennummer gibt es nicht', 'Monat und Jahr', 'drei oder vier Ziffern'])
    expect(page).toContain(sentence)
  expect(page).not.toContain('value="1234"')
})

test('SEPA stays pending until the bank decides', async () => {
  const [one, other, alone] = [await create(), await create(), await create()]
  for (const session of [one, other]) await payNow(session.id, { iban: 'DE89 3704 0044 0532 0130 00' })
  const pending = await stripe.checkout.sessions.retrieve(one.id, { expand: ['payment_intent'] })
  expect(pending).toMatchObject({
    status: 'complete',
    payment_status: 'unpaid',
    payment_intent: { status: 'processing' },
  })
  await call(`/_pending/${one.id}`, { outcome: 'succeed' })
  await call(`/_pending/${other.id}`, { outcome: 'fail' })
  expect((await seen('checkout.session.async_payment_succeeded')).data.object).toMatchObject({
    id: one.id,
    payment_status: 'paid',
  })
  expect((await seen('checkout.session.async_payment_failed')).data.object).toMatchObject({
    id: other.id,
    payment_status: 'unpaid',
  })
  expect((await call(`/_pending/${one.id}`, { outcome: 'fail' })).status).toBe(409)
  await payNow(alone.id, { iban: 'DE08370400440532013003' })
  await until(async () => (await stripe.checkout.sessions.retrieve(alone.id)).payment_status === 'paid')
})

test('promotion codes: 20 % off, and nothing left to pay', async () => {
  const session = await create()
  expect((await submitForm(`/c/pay/${session.id}/promotion`, { code: 'gibtsnicht' })).status).toBe(400)
  expect((await submitForm(`/c/pay/${session.id}/promotion`, { code: 'werkbank20' })).status).toBe(303)
  await submitForm(`/c/pay/${session.id}`, card)
  const paid = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['discounts.promotion_code', 'payment_intent'],
  })
  expect(paid).toMatchObject({
    amount_subtotal: 34_900,
    amount_total: 27_920,
    total_details: { amount_discount: 6980 },
    discounts: [{ coupon: 'WERKBANK20', promotion_code: { code: 'WERKBANK20', times_redeemed: 1 } }],
    payment_intent: { amount: 27_920 },
  })
  const free = await create()
  await submitForm(`/c/pay/${free.id}/promotion`, { code: 'GESCHENK100' })
  expect(await (await fetch(free.url ?? '')).text()).toContain('Es ist nichts zu zahlen')
  expect((await submitForm(`/c/pay/${free.id}`, { email: 'kundin@example.test' })).status).toBe(303)
  expect(await stripe.checkout.sessions.retrieve(free.id)).toMatchObject({
    status: 'complete',
    payment_status: 'no_payment_required',
    payment_intent: null,
    amount_total: 0,
  })
})

test('create refuses what Stripe refuses', async () => {
  const now = Math.floor(Date.now() / 1000)
  const wrong: [object, string][] = [
    [{ payment_method_types: ['card'] }, 'payment_method_types'],
    [{ line_items: [{ price: 'price_unknown', quantity: 1 }] }, 'line_items[0][price]'],
    [{ line_items: [{ price: 'price_kurs', quantity: 0 }] }, 'line_items[0][quantity]'],
    [{ line_items: [{ price: 'price_kurs' }] }, 'line_items[0]'],
    [{ line_items: [] }, 'line_items'],
    [{ success_url: 'kauf/danke' }, 'success_url'],
    [{ cancel_url: 'javascript:alert(1)' }, 'cancel_url'],
    [{ expires_at: now + 60 }, 'expires_at'],
    [{ expires_at: now + 90_000 }, 'expires_at'],
    [{ customer_email: 'nobody' }, 'customer_email'],
    [{ locale: 'klingon' }, 'locale'],
    [{ success_ur: 'x' }, 'success_ur'],
  ]
  for (const [params, param] of wrong) {
    const error = await create(params as Stripe.Checkout.SessionCreateParams).catch((thrown) => thrown)
    expect(error, param).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError)
    expect(error).toMatchObject({ statusCode: 400, param })
  }
})

test('idempotency: replayed, refused for other parameters, stored 500', async () => {
  const [one, again] = [await create({}, { idempotencyKey: 'k1' }), await create({}, { idempotencyKey: 'k1' })]
  expect(again.id).toBe(one.id)
  await expect(create({ locale: 'en' }, { idempotencyKey: 'k1' })).rejects.toBeInstanceOf(
    Stripe.errors.StripeIdempotencyError,
  )
  await call('/_faults', { kind: 'status', status: 500, times: 1 })
  await expect(create({}, { idempotencyKey: 'k2' })).rejects.toMatchObject({ statusCode: 500 })
  await expect(create({}, { idempotencyKey: 'k2' })).rejects.toMatchObject({ statusCode: 500 })
  expect((await create({}, { idempotencyKey: 'k3' })).status).toBe('open')
  const body = 'mode=payment&success_url=http://localhost/&line_items[0][price]=price_kurs&line_items[0][quantity]=1'
  await call('/_faults', { kind: 'delay', on: 'api', ms: 200, times: 1 })
  const post = () =>
    fetch(`${emulator.url}/v1/checkout/sessions`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${secretKey}`, 'idempotency-key': 'k4' },
    })
  const statuses = (await Promise.all([post(), post()])).map((answer) => answer.status)
  expect(statuses.sort()).toEqual([200, 409])
})

test('keys: a wrong one is 401, a live one is refused at the start', async () => {
  await expect(sdk(emulator.port, {}, 'sk_test_other').prices.list()).rejects.toMatchObject({ statusCode: 401 })
  await expect(startStripe(config({ secretKey: 'sk_live_x' }), dataDir)).rejects.toThrow(/live key/)
  await expect(stripe.checkout.sessions.retrieve('cs_test_none')).rejects.toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
  })
})

test('refunds: partial, full, too much, pending and failing', async () => {
  const session = await create()
  const paid = await payNow(session.id)
  const intent = paid.json.paymentIntent
  await stripe.refunds.create({ payment_intent: intent, amount: 10_000 })
  expect((await seen('charge.refunded')).data.object).toMatchObject({ amount_refunded: 10_000, refunded: false })
  await expect(stripe.refunds.create({ payment_intent: intent, amount: 30_000 })).rejects.toMatchObject({
    statusCode: 400,
  })
  await stripe.refunds.create({ payment_intent: intent })
  await expect(stripe.refunds.create({ payment_intent: intent })).rejects.toMatchObject({
    code: 'charge_already_refunded',
  })
  expect((await stripe.refunds.list({ payment_intent: intent })).data.map((one) => one.amount)).toEqual([
    24_900, 10_000,
  ])

  const slow = await payNow((await create()).id, { card: '4000000000007726' })
  const pending = await stripe.refunds.create({ payment_intent: slow.json.paymentIntent })
  expect(pending.status).toBe('pending')
  await call(`/_refunds/${pending.id}`, { outcome: 'fail' })
  await seen('refund.failed')
  const charge = (await stripe.charges.list({ payment_intent: slow.json.paymentIntent })).data[0]
  expect(charge).toMatchObject({ amount_refunded: 0, refunded: false })
})

test('disputes: opened, listed, won and lost', async () => {
  const [won, lost] = [await payNow((await create()).id), await payNow((await create()).id)]
  const ids = []
  for (const { json } of [won, lost])
    ids.push((await call('/_disputes', { payment_intent: json.paymentIntent })).json.id)
  const created = await seen('charge.dispute.created')
  expect(created.data.object).toMatchObject({ object: 'dispute', status: 'needs_response' })
  expect((await stripe.disputes.list({ payment_intent: won.json.paymentIntent })).data).toHaveLength(1)
  await call(`/_disputes/${ids[0]}`, { outcome: 'won' })
  await stripe.disputes.close(ids[1])
  expect((await stripe.disputes.retrieve(ids[0])).status).toBe('won')
  expect((await stripe.disputes.retrieve(ids[1])).status).toBe('lost')
  await expect(stripe.refunds.create({ payment_intent: lost.json.paymentIntent })).rejects.toMatchObject({
    code: 'charge_disputed',
  })
})

test('expire: once, with its event and a recovery link', async () => {
  const session = await create({ after_expiration: { recovery: { enabled: true } } })
  const expired = await stripe.checkout.sessions.expire(session.id)
  expect(expired).toMatchObject({ status: 'expired', url: null })
  await expect(stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({ statusCode: 400 })
  await seen('checkout.session.expired')
  const link = expired.after_expiration?.recovery?.url ?? ''
  const recovered = await fetch(link, { redirect: 'manual' })
  const id = recovered.headers.get('location')?.split('/').at(-1) ?? ''
  expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ recovered_from: session.id, status: 'open' })
  expect((await fetch(`${emulator.url}/c/pay/${session.id}`)).status).toBe(410)
})

test('a failed delivery is tried again, signed anew, and listed until it arrives', async () => {
  receiver.answers = Array.from({ length: 20 }, () => 500)
  const session = await create()
  await payNow(session.id)
  const undelivered = await stripe.events.list({ delivery_success: false, types: ['checkout.session.completed'] })
  expect(undelivered.data.map((event) => (event.data.object as { id: string }).id)).toEqual([session.id])
  const eventId = undelivered.data[0]?.id ?? ''
  await until(async () => (await call('/_state')).json.idle)
  const failed = (await call('/_state')).json.deliveries.find((one: { id: string }) => one.id === eventId)
  expect(failed).toMatchObject({ state: 'failed' })
  expect(failed.attempts).toHaveLength(4)

  receiver.events.length = 0
  receiver.answers = []
  const sentAgain = await call(`/_events/${eventId}/resend`, {})
  expect(sentAgain.json.state).toBe('delivered')
  expect(receiver.events[0]?.id).toBe(eventId)
  expect((await stripe.events.list({ delivery_success: false, type: 'checkout.session.completed' })).data).toEqual([])
})

test('delivery faults: drop, duplicate, reorder', async () => {
  await call('/_faults', { kind: 'drop', match: 'charge.*' })
  await call('/_faults', { kind: 'duplicate', match: 'checkout.session.completed', copies: 3 })
  const session = await create()
  await payNow(session.id)
  await until(() => typesSeen().filter((type) => type === 'checkout.session.completed').length === 3)
  expect(typesSeen().some((type) => type.startsWith('charge.'))).toBe(false)
  await call('/_faults', undefined, 'DELETE')
  expect((await call('/_faults')).json).toEqual([])

  await call('/_faults', { kind: 'reorder', ms: 150 })
  receiver.events.length = 0
  await payNow((await create()).id)
  await until(() => receiver.events.length === 5)
})

test('API faults: 429, 503, hang, cut body, reset, and work done whose answer is lost', async () => {
  const fault = (input: object) => call('/_faults', { match: '/v1/checkout/sessions', times: 1, ...input })
  await fault({ kind: 'status', status: 429, retryAfter: 2 })
  await expect(create()).rejects.toBeInstanceOf(Stripe.errors.StripeRateLimitError)
  await fault({ kind: 'status', status: 503 })
  await expect(create({}, { idempotencyKey: 'after503' })).rejects.toMatchObject({ statusCode: 503 })
  expect((await create({}, { idempotencyKey: 'after503' })).status).toBe('open')
  for (const kind of ['hang', 'cut', 'reset']) {
    await fault({ kind })
    // The SDK repeats a reset connection once even without retries, so only its own view counts here.
    const error = await create({}, { timeout: 300 }).catch((thrown) => thrown)
    if (kind !== 'reset') expect(error, kind).toBeInstanceOf(Stripe.errors.StripeConnectionError)
  }
  const before = (await stripe.checkout.sessions.list({ limit: 100 })).data.length
  await fault({ kind: 'hang', when: 'after' })
  await expect(create({}, { idempotencyKey: 'lost', timeout: 300 })).rejects.toBeInstanceOf(
    Stripe.errors.StripeConnectionError,
  )
  const found = await create({}, { idempotencyKey: 'lost' })
  const after = await stripe.checkout.sessions.list({ limit: 100 })
  expect(after.data.length).toBe(before + 1)
  expect(after.data[0]?.id).toBe(found.id)
})

test('lists: pages forwards and backwards, filters, expansions', async () => {
  const ids: string[] = []
  for (let index = 0; index < 5; index++) ids.push((await create()).id)
  ids.reverse()
  const first = await stripe.checkout.sessions.list({ limit: 2 })
  expect(first.data.map((one) => one.id)).toEqual(ids.slice(0, 2))
  expect(first.has_more).toBe(true)
  const second = await stripe.checkout.sessions.list({ limit: 2, starting_after: ids[1] })
  expect(second.data.map((one) => one.id)).toEqual(ids.slice(2, 4))
  const back = await stripe.checkout.sessions.list({ limit: 2, ending_before: ids[4] })
  expect(back.data.map((one) => one.id)).toEqual(ids.slice(2, 4))
  const all = await stripe.checkout.sessions.list({ limit: 2 }).autoPagingToArray({ limit: 100 })
  expect(all.map((one) => one.id)).toEqual(ids)
  const paid = await payNow(ids[0] ?? '')
  const byIntent = await stripe.checkout.sessions.list({ payment_intent: paid.json.paymentIntent })
  expect(byIntent.data.map((one) => one.id)).toEqual([ids[0]])
  expect((await stripe.checkout.sessions.list({ status: 'complete' })).data).toHaveLength(1)
  const items = await stripe.checkout.sessions.listLineItems(ids[0] ?? '', { expand: ['data.price.product'] })
  expect(items.data[0]?.price?.product).toMatchObject({ name: 'Die Produktivitäts-Werkstatt' })
  const prices = await stripe.prices.list({ lookup_keys: ['kurs_eur'], active: true, expand: ['data.product'] })
  expect(prices.data[0]).toMatchObject({ id: 'price_kurs', unit_amount: 34_900, product: { object: 'product' } })
  const recent = await stripe.events.list({
    created: { gte: Math.floor(Date.now() / 1000) - 60 },
    types: ['charge.succeeded'],
  })
  expect(recent.data).toHaveLength(1)
  expect((await stripe.events.retrieve(recent.data[0]?.id ?? '')).type).toBe('charge.succeeded')
  await expect(stripe.checkout.sessions.retrieve(ids[0] ?? '', { expand: ['nonsense'] })).rejects.toMatchObject({
    statusCode: 400,
  })
})

test('state survives a restart, a price change moves the lookup key, reset begins anew', async () => {
  const session = await create()
  await payNow(session.id)
  const { json: price } = await call('/_price', { unitAmount: 39_900 })
  await emulator.close()
  emulator = await startStripe(config(), dataDir)
  stripe = sdk(emulator.port)
  expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid')
  expect((await stripe.prices.list({ lookup_keys: ['kurs_eur'], active: true })).data[0]).toMatchObject({
    id: price.id,
    unit_amount: 39_900,
  })
  await call('/_reset', {})
  await expect(stripe.checkout.sessions.retrieve(session.id)).rejects.toMatchObject({ statusCode: 404 })
  expect((await stripe.prices.list({ lookup_keys: ['kurs_eur'] })).data[0]?.id).toBe('price_kurs')
})

test('a waiting delivery goes on after a restart', async () => {
  receiver.answers = Array.from({ length: 5 }, () => 503)
  await emulator.close()
  emulator = await startStripe(config({ retryPlan: [1500], enabledEvents: ['checkout.session.completed'] }), dataDir)
  stripe = sdk(emulator.port)
  await payNow((await create()).id)
  await emulator.close()
  receiver.answers = []
  receiver.events.length = 0
  emulator = await startStripe(config({ enabledEvents: ['checkout.session.completed'] }), dataDir)
  expect((await seen('checkout.session.completed')).type).toBe('checkout.session.completed')
})

test('dashboard pages: refund, dispute and resend by form posts', async () => {
  const session = await create()
  await payNow(session.id)
  for (const page of [
    '/dashboard',
    `/dashboard/payments/${session.id}`,
    '/dashboard/events',
    '/dashboard/promotions',
    '/_faults/page',
    '/_log',
  ]) {
    const answer = await fetch(`${emulator.url}${page}`)
    expect(answer.status, page).toBe(200)
    expect(await answer.text(), page).toContain('lang="de"')
  }
  const act = (fields: Record<string, string>) => submitForm(`/dashboard/payments/${session.id}/act`, fields)
  expect((await act({ what: 'refund', amount: '49,00' })).status).toBe(303)
  expect((await stripe.refunds.list({})).data[0]?.amount).toBe(4900)
  expect((await act({ what: 'refund', amount: 'viel' })).status).toBe(400)
  expect((await act({ what: 'dispute' })).status).toBe(303)
  expect((await act({ what: 'lose' })).status).toBe(303)
  expect((await stripe.disputes.list({})).data[0]?.status).toBe('lost')
  await submitForm('/_faults/add', { preset: '1', times: '3' })
  expect((await call('/_faults')).json).toMatchObject([{ kind: 'drop', times: 3 }])
})
