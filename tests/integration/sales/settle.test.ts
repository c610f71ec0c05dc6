import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { consumeLink } from '#domain/access/consumeLink.ts'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { openCheckout } from '#domain/sales/checkout/openCheckout.ts'
import { getOrder } from '#domain/sales/getOrder.ts'
import { handleStripeEvent } from '#domain/sales/handleStripeEvent.ts'
import { listOrders } from '#domain/sales/listOrders.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { computePurchase } from '#domain/sales/rules.ts'
import { settleByHand } from '#domain/sales/settleByHand.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import type { CheckoutTruth } from '#ports'
import { type Counter, openCounter } from '../../kit/counter.ts'
import { paidTruth } from '../../kit/paidTruth.ts'

let counter: Counter
let count = 0
const newSession = () => `cs_test_s${++count}`

beforeAll(async () => {
  counter = await openCounter()
  await mirrorPrice(counter.ctx)
})
beforeEach(() => {
  counter.payments.beforeAnswer = async () => {}
  counter.payments.down = false
})
afterAll(() => counter.close())

const tell = (sessionId: string, change: Partial<CheckoutTruth> = {}) =>
  counter.payments.truths.set(sessionId, paidTruth(sessionId, change))
const settle = (sessionId: string) => settleOrder(counter.ctx, sessionId)
const stateOf = async (sessionId: string) => {
  const [row] = await counter.database.query(
    `select p.state, p.version, p.flags, p.amount_total, p.amount_refunded, p.email, p.name,
       (select count(*)::int from access_grant g where g.source = 'purchase:' || p.id and revoked_at is null) as active,
       (select count(*)::int from access_grant g where g.source = 'purchase:' || p.id) as grants,
       (select count(*)::int from letter l where l.purchase_id = p.id and l.kind = 'welcome') as welcomes,
       (select array_agg(l.kind order by l.kind) from letter l where l.purchase_id = p.id) as letters
     from purchase p where p.session_id = $1`,
    [sessionId],
  )
  return row ?? null
}
/** What the operator's letters about these sales ask to look at. */
const toldFlags = async (...sessionIds: string[]) =>
  (
    await counter.database.query<{ flags: string[] }>(
      `select l.inputs #> '{data,flags}' as flags from letter l join purchase p on p.id = l.purchase_id
       where l.kind = 'operator_sale' and p.session_id = any($1)`,
      [sessionIds],
    )
  ).map(({ flags }) => flags)
const ring = async (type: string, object: Record<string, unknown>, id = `evt_${++count}`) => {
  const raw = Buffer.from(JSON.stringify({ id, object: 'event', type, data: { object } }))
  await counter.ctx.inbox.reserve({
    source: 'stripe',
    id,
    type,
    objectId: String(object.id),
    livemode: false,
    apiVersion: null,
    raw,
    requestId: 'request-of-the-event',
  })
  return id
}

test('a paid session becomes one purchase, one grant and one letter, however often it is settled', async () => {
  const id = newSession()
  tell(id)
  for (let run = 0; run < 3; run++) expect(await settle(id)).toMatchObject({ state: 'paid' })
  expect(await stateOf(id)).toMatchObject({ state: 'paid', version: 3, active: 1, welcomes: 1, amount_total: 34_900 })
})

test('the buyer’s letter waits before the operator’s', async () => {
  const id = newSession()
  tell(id)
  await settle(id)
  const jobs = await counter.database.query(
    `select l.kind, j.priority from pgboss.job j join letter l on l.id::text = j.data->>'letterId'
     join purchase p on p.id = l.purchase_id where p.session_id = $1 order by j.priority desc`,
    [id],
  )
  expect(jobs).toEqual([
    { kind: 'welcome', priority: 0 },
    { kind: 'operator_sale', priority: -1 },
  ])
})

test('ten settles at the same moment leave the same', async () => {
  const id = newSession()
  tell(id)
  const runs = await Promise.allSettled(Array.from({ length: 10 }, () => settle(id)))
  expect(runs.some(({ status }) => status === 'fulfilled')).toBe(true)
  expect(await stateOf(id)).toMatchObject({ state: 'paid', active: 1, grants: 1, welcomes: 1 })
})

test('who loses five times counts as settled by those who fetched since; a close look does not', async () => {
  const id = newSession()
  tell(id)
  await settle(id)
  const event = await ring('checkout.session.completed', { id, object: 'checkout.session' })
  let inner = false
  // Whenever the slow one has fetched, somebody else fetches and writes.
  counter.payments.beforeAnswer = async () => {
    if (inner) return
    inner = true
    await settle(id)
    inner = false
  }
  expect(await settleOrder(counter.ctx, id, { eventId: event })).toMatchObject({ state: 'paid' })
  expect(await counter.ctx.inbox.read('stripe', event)).toMatchObject({
    outcome: 'settled: paid',
    handledAt: expect.any(Date),
  })
  expect(await stateOf(id)).toMatchObject({ version: 6 })
  await expect(settleOrder(counter.ctx, id, { closely: true })).rejects.toMatchObject({ code: 'conflict' })
})

test('an old fetch that is written late does not undo a newer one', async () => {
  const id = newSession()
  tell(id)
  let staged = false
  counter.payments.beforeAnswer = async () => {
    if (staged) return
    staged = true
    // The first run has fetched „paid“; meanwhile everything is refunded and settled.
    tell(id, { refunds: [{ id: 're_1', amount: 34_900, status: 'succeeded' }] })
    await settle(id)
  }
  expect(await settle(id)).toMatchObject({ state: 'refunded' })
  expect(await stateOf(id)).toMatchObject({ state: 'refunded', active: 0, welcomes: 0, amount_refunded: 34_900 })
})

test('an open or expired session leaves no purchase', async () => {
  const id = newSession()
  tell(id, { status: 'open', paymentStatus: 'unpaid' })
  expect(await settle(id)).toEqual({ purchaseId: null, state: 'open' })
  tell(id, { status: 'expired', paymentStatus: 'unpaid' })
  expect(await settle(id)).toEqual({ purchaseId: null, state: 'expired' })
  expect(await stateOf(id)).toBeNull()
})

test('a delayed payment waits, then opens access; a failed one does not', async () => {
  const [good, bad] = [newSession(), newSession()]
  const waiting = { paymentStatus: 'unpaid', paymentIntentStatus: 'processing', paidAt: null } as const
  for (const id of [good, bad]) {
    tell(id, waiting)
    await settle(id)
    expect(await stateOf(id)).toMatchObject({ state: 'pending', active: 0, welcomes: 0 })
  }
  tell(good)
  await settle(good)
  tell(bad, { ...waiting, paymentIntentStatus: 'requires_payment_method' })
  await settle(bad)
  expect(await stateOf(good)).toMatchObject({ state: 'paid', active: 1, welcomes: 1 })
  expect(await stateOf(bad)).toMatchObject({ state: 'failed', active: 0, welcomes: 0 })
})

test('a refund ends this purchase’s grant, and a failed refund opens the same one again', async () => {
  const id = newSession()
  tell(id)
  await settle(id)
  const refund = (status: string) => tell(id, { refunds: [{ id: 're_1', amount: 34_900, status }] })
  refund('pending')
  await settle(id)
  expect(await stateOf(id)).toMatchObject({
    state: 'refunded',
    active: 0,
    flags: ['refund_pending'],
    amount_refunded: 0,
  })
  refund('failed')
  await settle(id)
  expect(await stateOf(id)).toMatchObject({ state: 'paid', active: 1, grants: 1, welcomes: 1 })
  tell(id, { disputes: [{ id: 'dp_1', amount: 34_900, status: 'needs_response' }] })
  await settle(id)
  expect(await stateOf(id)).toMatchObject({ state: 'suspended', active: 0 })
  tell(id, { disputes: [{ id: 'dp_1', amount: 34_900, status: 'won' }] })
  await settle(id)
  expect(await stateOf(id)).toMatchObject({ state: 'paid', active: 1, grants: 1, welcomes: 1 })
})

test('two purchases of one person are two grants, flagged; refunding one leaves the other', async () => {
  const [first, second] = [newSession(), newSession()]
  const email = 'doppelt@example.de'
  tell(first, { email })
  tell(second, { email: 'Doppelt@Example.de ' })
  await Promise.all([settle(first), settle(second)])
  for (const id of [first, second])
    expect(await stateOf(id)).toMatchObject({ state: 'paid', active: 1, flags: ['double_payment'] })
  // The one that came second says so.
  expect((await toldFlags(first, second)).sort()).toEqual([[], ['double_payment']])
  tell(second, { email, refunds: [{ id: 're_1', amount: 34_900, status: 'succeeded' }] })
  await settle(second)
  expect(await stateOf(first)).toMatchObject({ state: 'paid', active: 1, flags: [] })
  expect(await stateOf(second)).toMatchObject({ state: 'refunded', active: 0, flags: [] })
  const persons = await counter.database.query(`select id from person where email_normal = $1`, [email])
  expect(persons).toHaveLength(1)
})

test('what needs a person is in the list: another quantity with one grant, no address without', async () => {
  const [two, mute] = [newSession(), newSession()]
  tell(two, { quantity: 2, amountTotal: 69_800 })
  tell(mute, { email: null })
  await settle(two)
  await settle(mute)
  expect(await stateOf(two)).toMatchObject({ state: 'paid', flags: ['quantity'], active: 1, welcomes: 1 })
  expect(await stateOf(mute)).toMatchObject({ state: 'parked', flags: ['no_address'], active: 0, welcomes: 0 })
  expect(await toldFlags(two, mute)).toEqual([['quantity']])
  const flagged = await listOrders(counter.ctx, { flagged: true })
  expect(flagged.map(({ sessionId }) => sessionId)).toEqual(expect.arrayContaining([two, mute]))
})

test('a foreign session keeps ids only, and its event’s body is forgotten', async () => {
  const id = newSession()
  tell(id, { productType: null, priceIds: ['price_of_another_shop'] })
  const event = await ring('checkout.session.completed', { id, object: 'checkout.session' })
  await handleStripeEvent(counter.ctx, event)
  expect(await stateOf(id)).toMatchObject({ state: 'foreign', email: null, name: null, amount_total: 0, active: 0 })
  expect(await counter.ctx.inbox.read('stripe', event)).toMatchObject({ raw: null, outcome: 'settled: foreign' })
  expect((await listOrders(counter.ctx)).some(({ sessionId }) => sessionId === id)).toBe(false)
})

test('an event is stamped with its effects; a failure is noted and thrown', async () => {
  const id = newSession()
  tell(id)
  const event = await ring('checkout.session.completed', { id, object: 'checkout.session' })
  counter.payments.down = true
  await expect(handleStripeEvent(counter.ctx, event)).rejects.toThrow()
  expect(await counter.ctx.inbox.read('stripe', event)).toMatchObject({
    handledAt: null,
    attempts: 1,
    lastError: 'stripe refused',
  })
  counter.payments.down = false
  await handleStripeEvent(counter.ctx, event)
  await handleStripeEvent(counter.ctx, event)
  expect(await counter.ctx.inbox.read('stripe', event)).toMatchObject({ outcome: 'settled: paid', lastError: null })
  expect(await stateOf(id)).toMatchObject({ state: 'paid', active: 1, welcomes: 1 })
})

test('an event whose session still reads as open is not handled yet', async () => {
  const id = newSession()
  tell(id, { status: 'open', paymentStatus: 'unpaid' })
  const event = await ring('checkout.session.completed', { id, object: 'checkout.session' })
  await expect(handleStripeEvent(counter.ctx, event)).rejects.toMatchObject({ name: 'OutsideError', retryable: true })
  expect(await counter.ctx.inbox.read('stripe', event)).toMatchObject({
    handledAt: null,
    lastError: 'stripe bad_answer',
  })
  tell(id)
  await handleStripeEvent(counter.ctx, event)
  expect(await stateOf(id)).toMatchObject({ state: 'paid', active: 1 })
})

test('an address that was erased at Stripe ends no access', async () => {
  const id = newSession()
  tell(id)
  await settle(id)
  const { email } = (await stateOf(id))!
  tell(id, { email: null, name: null })
  await settle(id)
  expect(await stateOf(id)).toMatchObject({ state: 'paid', email, active: 1, welcomes: 1 })
})

test('refunds and disputes find their purchase; strangers’ are put aside', async () => {
  const id = newSession()
  tell(id)
  await settle(id)
  tell(id, { refunds: [{ id: 're_1', amount: 34_900, status: 'succeeded' }] })
  const refund = { id: 're_1', object: 'refund', payment_intent: `pi_${id}`, charge: `ch_${id}` }
  await handleStripeEvent(counter.ctx, await ring('refund.created', refund))
  expect(await stateOf(id)).toMatchObject({ state: 'refunded' })
  tell(id, { disputes: [{ id: 'dp_1', amount: 1, status: 'lost' }] })
  const dispute = { id: 'dp_1', object: 'dispute', charge: `ch_${id}` }
  await handleStripeEvent(counter.ctx, await ring('charge.dispute.closed', dispute))
  expect(await stateOf(id)).toMatchObject({ state: 'lost', active: 0 })
  const stranger = await ring('charge.refunded', { id: 'ch_stranger', object: 'charge', payment_intent: 'pi_stranger' })
  await handleStripeEvent(counter.ctx, stranger)
  expect(await counter.ctx.inbox.read('stripe', stranger)).toMatchObject({
    outcome: 'foreign: no checkout of ours',
    raw: null,
  })
})

test('a live key that gets test events says so, and that the secret is the test mode’s', async () => {
  const live = { ...counter.ctx, settings: { ...counter.ctx.settings, livemode: true } }
  const event = await ring('checkout.session.completed', { id: newSession(), object: 'checkout.session' })
  await handleStripeEvent(live, event)
  expect(await counter.ctx.inbox.read('stripe', event)).toMatchObject({ outcome: 'ignored: other mode', raw: null })
  const alarm = (await counter.ctx.alarms.open(counter.ctx.db)).find(({ cause }) => cause === 'stripe_other_mode')
  expect(alarm?.message).toMatch(/Live-Schlüssel.*STRIPE_WEBHOOK_SECRET/)
})

test('the order keeps what was declared, and is found by number, id and session', async () => {
  const opened = await openCheckout(counter.ctx, {
    productType: 'kurs',
    email: 'Mara.Order@example.de',
    consent: { startNow: true, acknowledgesLoss: true },
  })
  tell(opened.sessionId, { orderId: opened.orderId, email: null })
  await settle(opened.sessionId)
  const found = await getOrder(counter.ctx, opened.sessionId)
  expect(found?.order).toMatchObject({ state: 'paid', email: 'Mara.Order@example.de' })
  expect(found?.draft).toMatchObject({ consentStartNow: true, consentAcknowledgesLoss: true })
  for (const key of [found!.order.id, found!.order.number])
    expect((await getOrder(counter.ctx, key))?.order.sessionId).toBe(opened.sessionId)
  expect(await getOrder(counter.ctx, 'W-2026-999999')).toBeNull()
  expect(await getOrder(counter.ctx, "x' or 1=1")).toBeNull()
  const [letter] = await counter.database.query<{ inputs: Record<string, unknown> }>(
    `select inputs->'data' as inputs from letter where purchase_id = $1 and kind = 'welcome'`,
    [found!.order.id],
  )
  expect(letter?.inputs).toMatchObject({
    number: found!.order.number,
    amountTotal: 34_900,
    consent: { startNow: true, acknowledgesLoss: true },
  })
})

test('who orders while logged in gets grant and letter on the own account, whatever the wallet says', async () => {
  const own = await findOrCreatePerson(counter.ctx, { email: 'ich@example.de', createdBy: 'test' })
  const opened = await openCheckout(counter.ctx, {
    productType: 'kurs',
    email: 'tippfehler@example.de',
    personId: own.personId,
  })
  tell(opened.sessionId, { orderId: opened.orderId, email: 'wallet@example.de' })
  expect(await settle(opened.sessionId)).toMatchObject({ state: 'paid' })
  const [grant] = await counter.database.query(
    `select g.person_id, l.to_address from purchase p
     join access_grant g on g.source = 'purchase:' || p.id join letter l on l.purchase_id = p.id and l.kind = 'welcome'
     where p.session_id = $1`,
    [opened.sessionId],
  )
  expect(grant).toEqual({ person_id: own.personId, to_address: 'ich@example.de' })
})

test('no order, repetition or overlap of settles changes where a history ends', async () => {
  const status = fc.constantFrom('pending', 'succeeded', 'failed')
  const step: fc.Arbitrary<Partial<CheckoutTruth>> = fc.oneof(
    fc.constant({}),
    fc.constant({ paymentStatus: 'unpaid' as const, paymentIntentStatus: 'processing' }),
    status.map((one) => ({ refunds: [{ id: 're_1', amount: 34_900, status: one }] })),
    fc
      .constantFrom('needs_response', 'won', 'lost')
      .map((one) => ({ disputes: [{ id: 'dp_1', amount: 1, status: one }] })),
  )
  const history = fc.array(fc.record({ step, settles: fc.integer({ min: 0, max: 3 }) }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const id = newSession()
      const running: Promise<unknown>[] = []
      for (const { step: change, settles } of steps) {
        tell(id, change)
        for (let run = 0; run < settles; run++) running.push(settle(id).catch(() => {}))
      }
      await Promise.all(running)
      await settle(id)
      const expected = computePurchase(counter.payments.truths.get(id)!, {
        livemode: false,
        ourPriceIds: ['price_kurs'],
        hasDraft: false,
      })
      const row = await stateOf(id)
      expect(row).toMatchObject({ state: expected.state, active: expected.access ? 1 : 0 })
      expect(row?.welcomes).toBeLessThanOrEqual(1)
      if (expected.access) expect(row?.welcomes).toBe(1)
    }),
    { numRuns: 25 },
  )
})

test('a welcome link whose hash was forgotten is not made valid again by a late settle', async () => {
  const sessionId = newSession()
  tell(sessionId)
  const { purchaseId } = await settle(sessionId)
  const { tokens, ids } = counter.ctx
  const letterId = ids.fromName(`welcome:${purchaseId}`)
  await counter.database.query('delete from login_token where id = $1', [letterId])
  await settle(sessionId)
  const link = { token: tokens.linkToken(letterId, tokens.linkKeyId), device: 'Firefox', ip: '10.0.0.2' }
  await expect(consumeLink(counter.ctx, link)).rejects.toMatchObject({ code: 'link_unusable' })
})

test('settling by hand is logged once and asks Stripe every time', async () => {
  const [sessionId, key, actor] = [newSession(), randomUUID(), 'person:operator']
  tell(sessionId)
  const { purchaseId } = await settle(sessionId)
  const byHand = () => settleByHand(counter.ctx, { order: purchaseId ?? '', actor, key })
  await byHand()
  const truth = counter.payments.truths.get(sessionId)!
  counter.payments.truths.set(sessionId, { ...truth, refunds: [{ id: 're_2', amount: 34_900, status: 'succeeded' }] })
  expect(await byHand()).toMatchObject({ state: 'refunded' })
  expect(await counter.database.query('select 1 from audit_entry where id = $1', [key])).toHaveLength(1)
  await expect(settleByHand(counter.ctx, { order: 'cs_test_nie', actor, key: randomUUID() })).rejects.toMatchObject({
    code: 'not_found',
  })
})
