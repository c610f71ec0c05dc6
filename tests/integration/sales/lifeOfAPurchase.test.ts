import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { courseFacts } from '#components/courseFacts.ts'
import { aboutHours } from '#domain/learning/aboutHours.ts'
import { orderFile } from '#domain/operator/orderFile.ts'
import { giveAddress } from '#domain/sales/address/giveAddress.ts'
import { refundPurchase } from '#domain/sales/afterSale/refundPurchase.ts'
import { seeFlag } from '#domain/sales/afterSale/seeFlag.ts'
import { openCheckout } from '#domain/sales/checkout/openCheckout.ts'
import { workClaim } from '#domain/sales/claim/workClaim.ts'
import { listOrders } from '#domain/sales/listOrders.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { orderStatus } from '#domain/sales/orderStatus.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { until } from '../../kit/until.ts'
import { openWebhookDoor } from '../../kit/webhookDoor.ts'
import { openWorld, type World } from '../../kit/world.ts'

/**
 * The full life of a purchase over HTTP: the Stripe emulator delivers, the webhook's route stores, a real worker
 * settles and mails. The numbers are rows of the table in docs/faults.md.
 */

let world: World
let door: { close(): void }

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators'] })
  door = await openWebhookDoor(world)
  await mirrorPrice(world.ctx)
  await world.start('worker')
})
afterEach(async () => {
  await world.clearFaults('stripe')
  await stripe('/_settings', { refunds: 'succeeded' })
})
afterAll(async () => {
  door?.close()
  await world?.close()
})

async function stripe(path: string, body: unknown = {}): Promise<Record<string, string>> {
  const answer = await fetch(`${world.urls.stripe}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const json = (await answer.json()) as Record<string, string>
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(json)}`)
  return json
}

let count = 0
async function ordered(email: string | null = `leben${++count}@example.de`) {
  const { sessionId } = await openCheckout(world.ctx, { productType: 'kurs', email: email ?? undefined })
  return { sessionId, email: email ?? '' }
}
async function bought(how: Record<string, unknown> = {}) {
  const order = await ordered()
  const { paymentIntent } = await stripe(`/_pay/${order.sessionId}`, how)
  return { ...order, paymentIntent: paymentIntent ?? '' }
}

interface Life {
  id: string
  state: string
  flags: string[]
  amount_total: number
  amount_refunded: number
  currency: string
  active: number
  grants: number
  letters: string[]
}
async function lifeOf(sessionId: string): Promise<Life | undefined> {
  const [row] = await world.database.query<Life & Record<string, unknown>>(
    `select p.*,
       (select count(*)::int from access_grant g where g.source = 'purchase:' || p.id and revoked_at is null) as active,
       (select count(*)::int from access_grant g where g.source = 'purchase:' || p.id) as grants,
       array(select l.kind from letter l where l.purchase_id = p.id order by l.kind) as letters
     from purchase p where p.session_id = $1`,
    [sessionId],
  )
  return row
}
/** Waits for the state and for every event to be worked, so that nothing can still change it. */
async function becomes(sessionId: string, wanted: Partial<Life>): Promise<Life> {
  await until(`order becomes ${JSON.stringify(wanted)}`, async () => {
    const life = await lifeOf(sessionId)
    expect(life).toMatchObject(wanted)
    return true
  })
  await quiet()
  const life = await lifeOf(sessionId)
  expect(life).toMatchObject(wanted)
  return life as Life
}
const quiet = () =>
  until('the emulator and the worker are at rest', async () => {
    const state = (await (await fetch(`${world.urls.stripe}/_state`)).json()) as { deliveries: { state?: string }[] }
    const open = await world.database.query('select 1 from webhook_event where handled_at is null')
    return open.length === 0 && state.deliveries.length > 0
  })
const eventsAbout = (objectId: string) =>
  world.database.query<{ type: string; outcome: string; raw: Buffer | null }>(
    'select type, outcome, raw from webhook_event where object_id = $1',
    [objectId],
  )
const idOf = async (sessionId: string) => (await lifeOf(sessionId))?.id ?? ''
const refund = async (sessionId: string, amount: number | null = null) =>
  refundPurchase(world.ctx, {
    purchaseId: await idOf(sessionId),
    amount,
    reason: 'Test',
    actor: 'cli',
    key: randomUUID(),
  })
const operatorMails = async (purchaseId: string, kind: string) =>
  world.database.query<{ state: string; status: string | null }>(
    `select state, inputs->'data'->>'status' as status from letter where purchase_id = $1 and kind = $2 order by created_at`,
    [purchaseId, kind],
  )

test('row 14: SEPA waits without access and pays days later: pending letter, then access and welcome', async () => {
  const { sessionId, email } = await bought({ iban: 'DE89370400440532013000' })
  const { id } = await becomes(sessionId, { state: 'pending', active: 0, letters: ['payment_pending'] })
  expect(await world.mail(email)).toBeTruthy()
  const paidAt = async () =>
    (await world.database.query<{ paid_at: Date | null }>('select paid_at from purchase where id = $1', [id]))[0]
      ?.paid_at
  expect(await paidAt()).toBeNull()
  const beforeTheMoney = Date.now()
  await stripe(`/_pending/${sessionId}`, { outcome: 'succeed' })
  await becomes(sessionId, { state: 'paid', active: 1, letters: ['operator_sale', 'payment_pending', 'welcome'] })
  await world.mail(email, 2)
  // The charge is as old as the order; the money is not, and looking again does not move its time.
  const heard = await paidAt()
  expect(heard?.getTime()).toBeGreaterThanOrEqual(beforeTheMoney)
  await settleOrder(world.ctx, sessionId)
  expect(await paidAt()).toEqual(heard)
})

test('row 16: SEPA fails: the order fails, one letter, no access, and a new order is possible', async () => {
  const { sessionId, email } = await bought({ iban: 'DE89370400440532013000' })
  await becomes(sessionId, { state: 'pending' })
  await stripe(`/_pending/${sessionId}`, { outcome: 'fail' })
  await becomes(sessionId, { state: 'failed', active: 0, grants: 0, letters: ['payment_failed', 'payment_pending'] })
  expect((await world.mail(email, 2)).links.some((link) => link.includes('/bestellen'))).toBe(true)
  const again = await ordered(email)
  await stripe(`/_pay/${again.sessionId}`)
  await becomes(again.sessionId, { state: 'paid', active: 1, flags: [] })
})

test('row 17: a voucher for everything: no payment intent, no customer, access all the same', async () => {
  const { sessionId, email } = await bought({ promotionCode: 'GESCHENK100' })
  const life = await becomes(sessionId, { state: 'paid', active: 1, amount_total: 0, flags: [] })
  expect(life).toMatchObject({ payment_intent_id: null, charge_id: null, amount_discount: 34_900 })
  await world.mail(email)
  await expect(refund(sessionId)).rejects.toMatchObject({ code: 'conflict' })
})

test('row 17: Stripe may call the same order „paid“', async () => {
  const { sessionId } = await ordered()
  await world.fault('stripe', { kind: 'drop', on: 'delivery' })
  await stripe(`/_pay/${sessionId}`, { promotionCode: 'GESCHENK100' })
  await stripe(`/_change/${sessionId}`, { payment_status: 'paid' })
  expect(await settleOrder(world.ctx, sessionId)).toMatchObject({ state: 'paid' })
  expect(await lifeOf(sessionId)).toMatchObject({ active: 1, payment_status: 'paid' })
})

test('a part of the price by promotion code: Stripe’s figures, to the cent', async () => {
  const { sessionId } = await bought({ promotionCode: 'WERKBANK20' })
  expect(await becomes(sessionId, { state: 'paid', active: 1 })).toMatchObject({
    amount_subtotal: 34_900,
    amount_discount: 6_980,
    amount_total: 27_920,
  })
})

test('row 19: two partial refunds: access kept, then ended, one letter for each', async () => {
  const { sessionId, email } = await bought()
  await becomes(sessionId, { state: 'paid' })
  await refund(sessionId, 10_000)
  await becomes(sessionId, { state: 'paid', active: 1, amount_refunded: 10_000, flags: ['partial_refund'] })
  await refund(sessionId, 24_900)
  const life = await becomes(sessionId, { state: 'refunded', active: 0, amount_refunded: 34_900 })
  expect(life.letters).toEqual(['operator_refund', 'operator_refund', 'operator_sale', 'refund', 'refund', 'welcome'])
  await world.mail(email, 3)
})

test('row 20: a pending refund ends access, its failure restores it and tells the operator', async () => {
  const { sessionId } = await bought({ card: '4000000000007726' })
  await becomes(sessionId, { state: 'paid' })
  const { refundId, status } = await refund(sessionId)
  expect(status).toBe('pending')
  await becomes(sessionId, { state: 'refunded', active: 0, amount_refunded: 0, flags: ['refund_pending'] })
  await stripe(`/_refunds/${refundId}`, { outcome: 'fail' })
  const life = await becomes(sessionId, { state: 'paid', active: 1, grants: 1, flags: ['refund_failed'] })
  expect(life.letters).toEqual(['operator_refund', 'operator_sale', 'welcome'])
  expect(await operatorMails(life.id, 'operator_refund')).toMatchObject([{ status: 'failed' }])
  const rows = await world.database.query('select status, failure_reason from refund where id = $1', [refundId])
  expect(rows).toEqual([{ status: 'failed', failure_reason: 'expired_or_canceled_card' }])
})

test('row 20: a refund that succeeded may still come back: access is restored', async () => {
  const { sessionId } = await bought({ card: '4000000000005126' })
  await becomes(sessionId, { state: 'paid' })
  await refund(sessionId)
  const life = await becomes(sessionId, { state: 'paid', active: 1, amount_refunded: 0, flags: ['refund_failed'] })
  expect((await operatorMails(life.id, 'operator_refund')).map(({ status }) => status)).toEqual(['succeeded', 'failed'])
})

test('row 21: charge.refunded, refund.created and refund.updated, each twice and shuffled: one row, one mail', async () => {
  const { sessionId, email, paymentIntent } = await bought()
  await becomes(sessionId, { state: 'paid' })
  await world.fault('stripe', { kind: 'duplicate', on: 'delivery', copies: 2 })
  await world.fault('stripe', { kind: 'reorder', on: 'delivery', ms: 200 })
  const { refundId } = await refund(sessionId)
  const life = await becomes(sessionId, { state: 'refunded', active: 0 })
  await until('all three kinds have rung', async () => {
    const rang = await world.database.query<{ type: string }>(
      `select distinct type from webhook_event where handled_at is not null and
         (object_id = $1 or object_id = (select charge_id from purchase where payment_intent_id = $2))`,
      [refundId, paymentIntent],
    )
    const types = rang.map(({ type }) => type)
    return ['charge.refunded', 'refund.created', 'refund.updated'].every((type) => types.includes(type))
  })
  expect(await world.database.query('select id from refund where purchase_id = $1', [life.id])).toHaveLength(1)
  expect((await lifeOf(sessionId))?.letters).toEqual(['operator_refund', 'operator_sale', 'refund', 'welcome'])
  await world.mail(email, 2)
  expect(await world.mails(email)).toHaveLength(2)
})

test.each([
  ['won', { state: 'paid', active: 1 }],
  ['lost', { state: 'lost', active: 0 }],
] as const)('row 22: a dispute suspends; closed as %s', async (outcome, end) => {
  const { sessionId, paymentIntent } = await bought()
  await becomes(sessionId, { state: 'paid' })
  const dispute = await stripe('/_disputes', { payment_intent: paymentIntent })
  const { id } = await becomes(sessionId, { state: 'suspended', active: 0, flags: ['dispute'] })
  await stripe(`/_disputes/${dispute.id}`, { outcome })
  await becomes(sessionId, { ...end, grants: 1 })
  expect(await world.database.query('select id, status from dispute where purchase_id = $1', [id])).toEqual([
    { id: dispute.id, status: outcome },
  ])
  const told = await operatorMails(id, 'operator_dispute')
  expect(told.map(({ status }) => status)).toEqual(['needs_response', outcome])
})

test('row 22: a dispute after a refund is lost: the money went back twice, and a person is told', async () => {
  const { sessionId, paymentIntent } = await bought()
  await becomes(sessionId, { state: 'paid' })
  await refund(sessionId)
  const dispute = await stripe('/_disputes', { payment_intent: paymentIntent })
  // While the bank still waits for an answer, that answer is the refund's receipt.
  await becomes(sessionId, { state: 'refunded', flags: ['dispute', 'refund_and_dispute'] })
  await stripe(`/_disputes/${dispute.id}`, { outcome: 'lost' })
  const life = await becomes(sessionId, { state: 'lost', active: 0 })
  expect(life.flags).toEqual(expect.arrayContaining(['dispute', 'refund_and_dispute']))
})

test('row 25: a double click is one session; two paid sessions are two grants, flagged, and refunded apart', async () => {
  const email = 'zweimal@example.de'
  const attemptId = randomUUID()
  const click = () => openCheckout(world.ctx, { productType: 'kurs', email, attemptId })
  const [one, same] = await Promise.all([click(), click()])
  expect(same.sessionId).toBe(one.sessionId)
  const other = await ordered('Zweimal@Example.de')
  await Promise.all([stripe(`/_pay/${one.sessionId}`), stripe(`/_pay/${other.sessionId}`)])
  for (const { sessionId } of [one, other])
    await becomes(sessionId, { state: 'paid', active: 1, flags: ['double_payment'] })
  await refund(other.sessionId)
  await becomes(other.sessionId, { state: 'refunded', active: 0, flags: [] })
  await becomes(one.sessionId, { state: 'paid', active: 1, flags: [] })
})

test('row 34: another API version and a body of tomorrow are worked by fetching', async () => {
  const { sessionId } = await ordered()
  await world.fault('stripe', { kind: 'drop', on: 'delivery', times: 5 })
  await stripe(`/_pay/${sessionId}`)
  await world.clearFaults('stripe')
  const strange = { status: 'half_open', payment_status: 'in_gold', amount_total: 'many', metadata: null, nova: [1] }
  await stripe('/_emit', {
    type: 'checkout.session.completed',
    objectId: sessionId,
    object: strange,
    apiVersion: '2019-01-01',
  })
  await becomes(sessionId, { state: 'paid', active: 1, amount_total: 34_900 })
})

test('row 34: a status nobody knows yet is parked with an alarm, and goes on when Stripe says one we know', async () => {
  const { sessionId } = await ordered()
  await world.fault('stripe', { kind: 'drop', on: 'delivery', times: 5 })
  await stripe(`/_pay/${sessionId}`)
  await world.clearFaults('stripe')
  await stripe(`/_change/${sessionId}`, { payment_status: 'paid_in_gold' })
  await stripe('/_emit', { type: 'checkout.session.completed', objectId: sessionId })
  await becomes(sessionId, { state: 'parked', active: 0, flags: ['odd_status'] })
  await until('the alarm', async () =>
    (await world.ctx.alarms.open(world.ctx.db)).some(({ cause }) => cause === 'order_parked'),
  )
  await stripe(`/_change/${sessionId}`, { payment_status: 'paid' })
  await settleOrder(world.ctx, sessionId)
  await becomes(sessionId, { state: 'paid', active: 1, flags: [] })
})

test('row 34: an unknown type is stored, ignored and visible', async () => {
  const { sessionId } = await ordered()
  await stripe('/_emit', { type: 'checkout.session.reimagined', objectId: sessionId })
  await until('stored', async () => (await eventsAbout(sessionId)).length > 0)
  expect(await eventsAbout(sessionId)).toMatchObject([{ outcome: 'ignored: type' }])
})

test('row 35: another shop’s session on the same account: ids only, no access, visible when asked for', async () => {
  const { id } = await stripe('/_sessions', { amount: 900, email: 'fremd@example.de' })
  await stripe(`/_pay/${id}`)
  const life = await becomes(id ?? '', { state: 'foreign', active: 0, letters: [], amount_total: 0 })
  expect(life).toMatchObject({ email: null, name: null, country: null })
  expect((await eventsAbout(id ?? '')).find(({ outcome }) => outcome === 'settled: foreign')).toMatchObject({
    raw: null,
  })
  expect(await world.mails('fremd@example.de')).toEqual([])
  expect((await listOrders(world.ctx, { states: ['foreign'] })).map(({ sessionId }) => sessionId)).toContain(id)
})

test('an event of the other mode is stored and ignored', async () => {
  const { sessionId } = await ordered()
  await stripe('/_emit', { type: 'checkout.session.completed', objectId: sessionId, livemode: true })
  await until('stored and stamped', async () => (await eventsAbout(sessionId))[0]?.outcome)
  expect(await eventsAbout(sessionId)).toMatchObject([{ outcome: 'ignored: other mode', raw: null }])
  expect(await lifeOf(sessionId)).toBeUndefined()
  const told = async () =>
    (await world.ctx.alarms.open(world.ctx.db)).find(({ cause }) => cause === 'stripe_other_mode')
  expect((await until('the alarm', told)).message).toContain('STRIPE_SECRET_KEY ist aber ein Testschlüssel')
})

test('an umlaut domain leaves as punycode for Stripe and Resend, and is read as it was typed', async () => {
  const email = 'mara@grüße-aus-köln.example'
  const { sessionId } = await ordered(email)
  const atStripe = async () =>
    (await (await fetch(`${world.urls.stripe}/_state`)).json()).sessions.find(
      ({ id }: { id: string }) => id === sessionId,
    ) as { customer_email: string }
  const sent = (await atStripe()).customer_email
  expect(sent).toMatch(/^mara@xn--[a-z0-9-]+\.example$/)
  await stripe(`/_pay/${sessionId}`)
  const { id } = await becomes(sessionId, { state: 'paid', active: 1 })
  expect(await world.mail(sent)).toBeTruthy()
  const [row] = await world.database.query(
    `select p.email, l.to_address, e.email_raw, e.email_normal from purchase p join person e on e.id = p.person_id
     join letter l on l.purchase_id = p.id and l.kind = 'welcome' where p.id = $1`,
    [id],
  )
  expect(row).toEqual({ email, to_address: email, email_raw: email, email_normal: sent })
  expect((await orderStatus(world.ctx, sessionId))?.emailMasked).toBe('m•••@grüße-aus-köln.example')
  // Whoever asks in the other spelling is the same person.
  await workClaim(world.ctx, { email: sent, reference: null, browserHash: 'x', requestId: randomUUID() })
  await world.mail(sent, 2)
})

test('texts that no row can hold keep no paid order out', async () => {
  const { sessionId } = await ordered()
  await stripe(`/_pay/${sessionId}`, { name: 'Ma\u0000ra \ud83d Muster' })
  const { id } = await becomes(sessionId, { state: 'paid', active: 1, letters: ['operator_sale', 'welcome'] })
  expect(await world.database.query('select name from purchase where id = $1', [id])).toEqual([
    { name: 'Ma\ufffdra \ufffd Muster' },
  ])
})

test('row 37: five at once are one grant, and a person looks', async () => {
  const { sessionId } = await ordered()
  await stripe(`/_sessions/${sessionId}/quantity`, { quantity: 5 })
  await stripe(`/_pay/${sessionId}`)
  const life = await becomes(sessionId, { state: 'paid', active: 1, grants: 1, flags: ['quantity'] })
  expect(life).toMatchObject({ quantity: 5, amount_total: 174_500 })
  expect((await listOrders(world.ctx, { flagged: true })).map((order) => order.sessionId)).toContain(sessionId)
})

test('row 38: francs, tax and a price shown in dollars: our columns are Stripe’s, the shown currency stays out', async () => {
  const { sessionId } = await ordered()
  await world.fault('stripe', { kind: 'drop', on: 'delivery', times: 5 })
  await stripe(`/_pay/${sessionId}`)
  await stripe(`/_change/${sessionId}`, {
    currency: 'chf',
    amount_subtotal: 31_000,
    amount_total: 36_890,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 5_890 },
    presentment_details: { presentment_amount: 41_234, presentment_currency: 'usd' },
  })
  await settleOrder(world.ctx, sessionId)
  expect(await lifeOf(sessionId)).toMatchObject({
    currency: 'chf',
    amount_subtotal: 31_000,
    amount_tax: 5_890,
    amount_total: 36_890,
    state: 'paid',
  })
})

test('row 38: reverse charge: no tax, Stripe’s total', async () => {
  const { sessionId } = await ordered()
  await world.fault('stripe', { kind: 'drop', on: 'delivery', times: 5 })
  await stripe(`/_pay/${sessionId}`)
  await stripe(`/_change/${sessionId}`, {
    amount_total: 29_328,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
  })
  await settleOrder(world.ctx, sessionId)
  expect(await lifeOf(sessionId)).toMatchObject({ amount_tax: 0, amount_total: 29_328, currency: 'eur' })
})

test('row 40: success page before the webhook, after it, and both at once: one effect', async () => {
  const before = await ordered()
  await world.fault('stripe', { kind: 'drop', on: 'delivery', times: 5 })
  await stripe(`/_pay/${before.sessionId}`)
  await world.clearFaults('stripe')
  // No event has come: the page's request gives the worker a job.
  expect(await orderStatus(world.ctx, before.sessionId)).toMatchObject({ payment: 'open', access: false })
  await becomes(before.sessionId, { state: 'paid', active: 1 })
  const { events } = (await (await fetch(`${world.urls.stripe}/_state`)).json()) as {
    events: { id: string; type: string; data: { object: { id: string } } }[]
  }
  const late = events.find(
    ({ type, data }) => type === 'checkout.session.completed' && data.object.id === before.sessionId,
  )
  await stripe(`/_events/${late?.id}/resend`)
  const both = await ordered()
  const paying = stripe(`/_pay/${both.sessionId}`)
  const looks = Array.from({ length: 8 }, async () => {
    await settleOrder(world.ctx, both.sessionId)
    return orderStatus(world.ctx, both.sessionId)
  })
  await Promise.all([paying, ...looks])
  for (const { sessionId, email } of [before, both]) {
    await becomes(sessionId, { state: 'paid', active: 1, grants: 1, letters: ['operator_sale', 'welcome'] })
    expect(await orderStatus(world.ctx, sessionId)).toMatchObject({ payment: 'paid', access: true })
    await world.mail(email)
    expect(await world.mails(email)).toHaveLength(1)
  }
})

test('row 44: paid without an address: parked with an alarm, freed by the address somebody gives', async () => {
  const { sessionId } = await ordered(null)
  await stripe(`/_pay/${sessionId}`, { email: null })
  const { id } = await becomes(sessionId, { state: 'parked', active: 0, flags: ['no_address'], letters: [] })
  const alarms = async () => (await world.ctx.alarms.open(world.ctx.db)).map(({ cause }) => cause)
  await until('the alarm', async () => (await alarms()).includes('order_parked'))
  const gift = { purchaseId: id, email: 'Nachgereicht@Example.de', actor: 'cli', key: randomUUID() }
  await expect(giveAddress(world.ctx, { ...gift, email: 'kaputt' })).rejects.toMatchObject({ code: 'invalid_input' })
  expect(await giveAddress(world.ctx, gift)).toMatchObject({ state: 'paid' })
  expect(await giveAddress(world.ctx, gift)).toMatchObject({ state: 'paid' })
  await expect(giveAddress(world.ctx, { ...gift, key: randomUUID() })).rejects.toMatchObject({ code: 'conflict' })
  await becomes(sessionId, { state: 'paid', active: 1, flags: [], letters: ['operator_sale', 'welcome'] })
  expect((await world.mail('nachgereicht@example.de')).links.length).toBeGreaterThan(0)
  expect(await alarms()).not.toContain('order_parked')
})

test('an early fraud warning is flagged, stays through ordinary looks, and goes with the refund', async () => {
  const { sessionId, paymentIntent } = await bought()
  await becomes(sessionId, { state: 'paid', flags: [] })
  await stripe('/_warnings', { payment_intent: paymentIntent })
  const { id } = await becomes(sessionId, { state: 'paid', active: 1, flags: ['fraud_warning'] })
  await settleOrder(world.ctx, sessionId)
  expect(await lifeOf(sessionId)).toMatchObject({ flags: ['fraud_warning'] })
  const warnings = async () => (await orderFile(world.ctx, id))?.fraudWarnings.map(({ actionable }) => actionable)
  expect(await warnings()).toEqual([true])
  await refund(sessionId)
  await becomes(sessionId, { state: 'refunded', active: 0, flags: [] })
  expect(await warnings()).toEqual([false])
  expect(await operatorMails(id, 'operator_warning')).toHaveLength(1)
})

test('a key that may not read warnings still settles, and the operator is told which right it lacks', async () => {
  const { sessionId, paymentIntent } = await bought()
  await becomes(sessionId, { state: 'paid' })
  await world.fault('stripe', { kind: 'status', on: 'api', match: '/v1/radar/*', status: 403 })
  await stripe('/_disputes', { payment_intent: paymentIntent })
  await becomes(sessionId, { state: 'suspended', active: 0 })
  const causes = async () => (await world.ctx.alarms.open(world.ctx.db)).map(({ cause }) => cause)
  await until('the alarm', async () => (await causes()).includes('stripe_permission'))
  await world.clearFaults('stripe')
  await settleOrder(world.ctx, sessionId)
  expect(await causes()).not.toContain('stripe_permission')
})

test('a flag is ticked off once, stays off when Stripe says it again, and leaves the list', async () => {
  const { sessionId, paymentIntent } = await bought()
  const { id } = await becomes(sessionId, { state: 'paid' })
  await stripe('/_warnings', { payment_intent: paymentIntent })
  await becomes(sessionId, { flags: ['fraud_warning'] })
  const listed = async (filter: object) =>
    (await listOrders(world.ctx, filter)).some((order) => order.sessionId === sessionId)
  expect([await listed({ flagged: true }), await listed({ flags: ['fraud_warning'] })]).toEqual([true, true])
  const tick = { purchaseId: id, flag: 'fraud_warning', actor: 'cli', key: randomUUID() }
  await seeFlag(world.ctx, tick)
  await seeFlag(world.ctx, tick)
  await settleOrder(world.ctx, sessionId, { closely: true })
  expect(await lifeOf(sessionId)).toMatchObject({ flags: ['fraud_warning'], flags_seen: ['fraud_warning'] })
  expect([await listed({ flagged: true }), await listed({ flags: ['fraud_warning'] })]).toEqual([false, false])
  await expect(seeFlag(world.ctx, { ...tick, flag: 'dispute', key: randomUUID() })).rejects.toMatchObject({
    code: 'conflict',
  })
  const deeds = await world.ctx.audit.list(world.ctx.db, { purchaseIds: [id], limit: 9 })
  expect(deeds).toMatchObject([{ action: 'purchase.see_flag', detail: { flag: 'fraud_warning' } }])
})

test('a recovered session is a purchase of the same order, with its declarations', async () => {
  const { sessionId: expired, orderId } = await openCheckout(world.ctx, {
    productType: 'kurs',
    email: 'wieder@example.de',
    consent: { startNow: true, acknowledgesLoss: true },
  })
  const { id: recovered } = await stripe(`/_sessions/${expired}/recover`)
  await stripe(`/_pay/${recovered}`)
  const life = await becomes(recovered ?? '', { state: 'paid', active: 1 })
  expect(life).toMatchObject({ order_id: orderId, recovered_from: expired })
  expect(await lifeOf(expired)).toBeUndefined()
  const [welcome] = await world.database.query<{ consent: { startNow: boolean }; film: string }>(
    `select inputs->'data'->'consent' as consent, inputs->'data'->'contents'->>'film' as film
       from letter where purchase_id = $1 and kind = 'welcome'`,
    [life.id],
  )
  expect(welcome?.consent).toMatchObject({ startNow: true, acknowledgesLoss: true })
  // What the shop's first page promises is what the contract says.
  expect(welcome?.film).toBe(aboutHours(courseFacts(world.ctx.content.course()).seconds))
})

test('an ordinary card payment is settled with one request to Stripe', async () => {
  const { sessionId } = await bought()
  await becomes(sessionId, { state: 'paid' })
  const page = await (await fetch(`${world.urls.stripe}/_log`)).text()
  const calls = [...page.matchAll(/class="mono">([A-Z]+)<\/td><td class="mono">([^<?]*)/g)].map(
    ([, method, path]) => `${method} ${path}`,
  )
  // Newest first: what came after the click on „bezahlen“.
  const asked = calls.slice(0, calls.indexOf(`POST /_pay/${sessionId}`)).filter((call) => call.includes(' /v1/'))
  expect(asked).toEqual([`GET /v1/checkout/sessions/${sessionId}`])
})
