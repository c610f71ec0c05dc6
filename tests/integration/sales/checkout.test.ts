import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { consumeLink } from '#domain/access/consumeLink.ts'
import { ensureGrant } from '#domain/access/ensureGrant.ts'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { forgetDrafts } from '#domain/sales/checkout/forgetDrafts.ts'
import { type OpenedCheckout, openCheckout } from '#domain/sales/checkout/openCheckout.ts'
import { spendCheckoutCookie } from '#domain/sales/checkout/spendCheckoutCookie.ts'
import { currentPrice } from '#domain/sales/mirror/currentPrice.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { orderStatus } from '#domain/sales/orderStatus.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { isAppError } from '#errors'
import type { Ctx } from '#ports'
import { type Counter, kursPrice, openCounter } from '../../kit/counter.ts'
import { paidTruth } from '../../kit/paidTruth.ts'

let counter: Counter
let ctx: Ctx

beforeAll(async () => {
  counter = await openCounter()
  ctx = counter.ctx
})
beforeEach(() => {
  counter.payments.down = false
  counter.payments.price = { ...kursPrice }
})
afterAll(() => counter.close())

const open = (input: Partial<Parameters<typeof openCheckout>[1]> = {}, at: Ctx = ctx) =>
  openCheckout(at, { productType: 'kurs', ...input })
const refusal = async (work: Promise<unknown>) => {
  try {
    await work
    return 'accepted'
  } catch (error) {
    return isAppError(error) ? error.code : String(error)
  }
}
const later = (ms: number): Ctx => ({ ...ctx, clock: { now: () => new Date(Date.now() + ms) } })
const hours = (count: number) => count * 3_600_000
const cookieOf = ({ sessionId, orderId, cookieNonce }: OpenedCheckout) =>
  ctx.tokens.signCheckout({ sessionId, orderId, nonce: cookieNonce })
const askedFor = (sessionId: string) =>
  [...counter.payments.opened.values()].find((one) => one.sessionId === sessionId)?.asked

test('before the first mirroring Stripe is asked for the price; if it is away, nothing is booked', async () => {
  counter.payments.down = true
  expect(await refusal(open())).toBe('payments_unavailable')
  counter.payments.down = false
  await open()
  expect(await currentPrice(ctx)).toMatchObject({ id: 'price_kurs', unitAmount: 34_900, currency: 'eur' })
})

test('addresses are ours, and the success address carries the session', async () => {
  const { sessionId } = await open({ successUrl: 'http://127.0.0.1:3000/kauf/danke' })
  expect(askedFor(sessionId)).toMatchObject({
    successUrl: 'http://127.0.0.1:3000/kauf/danke?session_id={CHECKOUT_SESSION_ID}',
    cancelUrl: 'http://127.0.0.1:3000/bestellen',
    priceId: 'price_kurs',
  })
  expect(await refusal(open({ successUrl: 'https://evil.example/' }))).toBe('invalid_input')
  expect(await refusal(open({ cancelUrl: '//evil.example/' }))).toBe('invalid_input')
  expect(await refusal(open({ productType: 'constructor' }))).toBe('invalid_input')
})

test('a double click is one session and one cookie; without an attempt each call is new', async () => {
  const attemptId = ctx.ids.uuid()
  const answers = await Promise.all(
    [1, 2, 3].map((click) => open({ attemptId }, { ...ctx, requestId: `click-${click}` })),
  )
  expect(new Set(answers.map(({ sessionId }) => sessionId)).size).toBe(1)
  expect(new Set(answers.map(({ cookieNonce }) => cookieNonce)).size).toBe(1)
  expect(await open({ attemptId })).toEqual(answers[0])
  expect((await open()).sessionId).not.toBe((await open()).sessionId)
})

test('changed wishes close the older session', async () => {
  const attemptId = ctx.ids.uuid()
  const first = await open({ attemptId, email: 'eins@example.de' })
  const second = await open({ attemptId, email: 'zwei@example.de' })
  expect(second.sessionId).not.toBe(first.sessionId)
  expect(second.orderId).toBe(first.orderId)
  expect(counter.payments.truths.get(first.sessionId)?.status).toBe('expired')
  expect(counter.payments.truths.get(second.sessionId)?.status).toBe('open')
})

test('an attempt that is paid is not opened again', async () => {
  const attemptId = ctx.ids.uuid()
  const first = await open({ attemptId, email: 'bezahlt@example.de' })
  counter.payments.truths.set(first.sessionId, paidTruth(first.sessionId, { orderId: first.orderId }))
  expect(await refusal(open({ attemptId, email: 'anders@example.de' }))).toBe('conflict')
  await settleOrder(ctx, first.sessionId)
  expect(await refusal(open({ attemptId, email: 'bezahlt@example.de' }))).toBe('conflict')
})

test('a session that ran out is renewed under its attempt', async () => {
  const attemptId = ctx.ids.uuid()
  const first = await open({ attemptId })
  const second = await open({ attemptId }, later(hours(7)))
  expect(second.sessionId).not.toBe(first.sessionId)
  expect(second.orderId).toBe(first.orderId)
})

test('an answer of Stripe that was lost leads to the same session on the next click', async () => {
  const attemptId = ctx.ids.uuid()
  const { createCheckout } = counter.payments
  const cut: Ctx = {
    ...ctx,
    payments: {
      ...counter.payments,
      createCheckout: async (input) => {
        await createCheckout(input)
        throw new Error('the process dies here')
      },
    },
  }
  await expect(open({ attemptId }, cut)).rejects.toThrow()
  const sessions = counter.payments.opened.size
  await open({ attemptId }, { ...ctx, requestId: 'another-request' })
  expect(counter.payments.opened.size).toBe(sessions)
})

test('another price than the shown one is refused with the new one', async () => {
  expect(await refusal(open({ shownAmount: 34_900 }))).toBe('accepted')
  const stale = open({ shownAmount: 29_900 })
  await expect(stale).rejects.toMatchObject({
    code: 'price_changed',
    details: { facts: { amount: 34_900, currency: 'eur' } },
  })
})

test('a new price at Stripe becomes current, and the old one stays known', async () => {
  counter.payments.price = { ...kursPrice, id: 'price_neu', unitAmount: 39_900 }
  await mirrorPrice(ctx)
  expect(await currentPrice(ctx)).toMatchObject({ id: 'price_neu', unitAmount: 39_900 })
  const rows = await counter.database.query(`select id, current from price order by id`)
  expect(rows).toEqual([
    { id: 'price_kurs', current: false },
    { id: 'price_neu', current: true },
  ])
  counter.payments.price = { ...kursPrice }
  await mirrorPrice(ctx)
  expect(await currentPrice(ctx)).toMatchObject({ id: 'price_kurs' })
})

test('who is logged in and has the course is told so', async () => {
  const { personId } = await findOrCreatePerson(ctx, { email: 'hat@example.de', createdBy: 'test' })
  expect(await refusal(open({ personId }))).toBe('accepted')
  await ensureGrant(ctx, { personId, course: 'kurs', source: 'hand:1', startsAt: new Date() })
  expect(await refusal(open({ personId }))).toBe('already_owner')
})

async function buy(email: string): Promise<OpenedCheckout> {
  const opened = await open({ email })
  counter.payments.truths.set(opened.sessionId, paidTruth(opened.sessionId, { orderId: opened.orderId, email }))
  await settleOrder(ctx, opened.sessionId)
  return opened
}

test('the browser that paid for a new account is let in once', async () => {
  const opened = await buy('neu@example.de')
  expect(await orderStatus(ctx, opened.sessionId)).toMatchObject({
    payment: 'paid',
    access: true,
    amountTotal: 34_900,
    emailMasked: 'n•••@example.de',
    letter: { state: 'queued' },
    mayLogIn: true,
  })
  const cookie = await cookieOf(opened)
  const spent = await Promise.all([1, 2].map(() => refusal(spendCheckoutCookie(ctx, cookie))))
  expect(spent.sort()).toEqual(['accepted', 'forbidden'])
  expect(await orderStatus(ctx, opened.sessionId)).toMatchObject({ mayLogIn: false })
})

test('the cookie opens nothing when it is late, foreign, forged, unpaid, or the account was there before', async () => {
  const good = await buy('spaet@example.de')
  const cookie = await cookieOf(good)
  expect(await refusal(spendCheckoutCookie(later(hours(1) + 5_000), cookie))).toBe('forbidden')
  expect(await refusal(spendCheckoutCookie(ctx, null))).toBe('forbidden')
  expect(await refusal(spendCheckoutCookie(ctx, `${cookie.slice(0, -2)}xx`))).toBe('forbidden')
  expect(
    await refusal(cookieOf({ ...good, cookieNonce: 'guessed' }).then((other) => spendCheckoutCookie(ctx, other))),
  ).toBe('forbidden')
  const unpaid = await open({ email: 'offen@example.de' })
  expect(await refusal(spendCheckoutCookie(ctx, await cookieOf(unpaid)))).toBe('forbidden')
  const again = await buy('spaet@example.de')
  expect(await orderStatus(ctx, again.sessionId)).toMatchObject({ payment: 'paid', mayLogIn: false })
  expect(await refusal(spendCheckoutCookie(ctx, await cookieOf(again)))).toBe('forbidden')
  const operator = await buy('betreiber@werkstatt.test')
  expect(await refusal(spendCheckoutCookie(ctx, await cookieOf(operator)))).toBe('forbidden')
})

test('the cookie opens nothing any more once the mailbox was shown to be somebody’s', async () => {
  const opened = await buy('bewiesen@example.de')
  const letter = ctx.ids.fromName(`welcome:${ctx.ids.fromName(`purchase:${opened.sessionId}`)}`)
  const token = ctx.tokens.linkToken(letter, ctx.tokens.linkKeyId)
  await consumeLink(ctx, { token, device: 'Test', ip: '10.9.9.9' })
  expect(await orderStatus(ctx, opened.sessionId)).toMatchObject({ payment: 'paid', mayLogIn: false })
  expect(await refusal(spendCheckoutCookie(ctx, await cookieOf(opened)))).toBe('forbidden')
})

test('a waiting success page wakes the worker, at most every ten seconds', async () => {
  const { sessionId } = await open({ email: 'wartet@example.de' })
  const frozen: Ctx = { ...ctx, clock: { now: () => new Date('2026-11-22T12:00:00Z') } }
  for (let poll = 0; poll < 3; poll++)
    expect(await orderStatus(frozen, sessionId)).toMatchObject({ payment: 'open', number: null, access: false })
  const jobs = await counter.database.query(
    `select id from pgboss.job where name = 'order.settle' and data->>'sessionId' = $1`,
    [sessionId],
  )
  expect(jobs).toHaveLength(1)
  expect(await orderStatus(ctx, 'cs_test_unknown')).toBeNull()
})

test('a draft that became nothing goes after 30 days; one with a session or a purchase stays', async () => {
  const draft = (id: number, sessionId: string | null, age: string) =>
    counter.database.query(
      `insert into order_draft (id, params_hash, product_type, shown_amount, currency, consent_text_version, terms_version, request_id, session_id, created_at)
       values ($1, 'h', 'kurs', 1, 'eur', '1', '1', 'r', $2, now() - $3::interval)`,
      [`00000000-0000-4000-8000-00000000010${id}`, sessionId, age],
    )
  await draft(1, null, '31 days')
  await draft(2, 'cs_known', '31 days')
  await draft(3, null, '29 days')
  await draft(4, null, '31 days')
  await counter.database.query(
    `insert into purchase (id, session_id, order_id, state, payment_status, livemode)
     values (gen_random_uuid(), 'cs_lost', '00000000-0000-4000-8000-000000000104', 'paid', 'paid', false)`,
  )
  expect(await forgetDrafts(ctx, 100)).toBe(1)
  const left = await counter.database.query<{ id: string }>(
    `select id from order_draft where id::text like '00000000-0000-4000-8000-%' order by id`,
  )
  expect(left.map(({ id }) => id.at(-1))).toEqual(['2', '3', '4'])
})
