import { afterAll, beforeAll, expect, test } from 'vitest'
import { findPersonByEmail } from '#domain/access/findPersonByEmail.ts'
import { listLetters } from '#domain/mail/listLetters.ts'
import { correctAddress } from '#domain/sales/address/correctAddress.ts'
import { setOrderAddressByHand } from '#domain/sales/address/setOrderAddressByHand.ts'
import { answerLoginRequest } from '#domain/sales/answerLoginRequest.ts'
import { openCheckout } from '#domain/sales/checkout/openCheckout.ts'
import { answerClaim } from '#domain/sales/claim/answerClaim.ts'
import { claimAccess } from '#domain/sales/claim/claimAccess.ts'
import { listClaims } from '#domain/sales/claim/listClaims.ts'
import { workClaim } from '#domain/sales/claim/workClaim.ts'
import { getOrder } from '#domain/sales/getOrder.ts'
import { orderStatus } from '#domain/sales/orderStatus.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { type AppError, OutsideError } from '#errors'
import { createLimits } from '#libs/rateLimit.ts'
import type { Ctx } from '#ports'
import { caughtJobs } from '../../kit/caughtJobs.ts'
import { type Counter, openCounter } from '../../kit/counter.ts'
import { openDoor } from '../../kit/door.ts'
import { paidTruth } from '../../kit/paidTruth.ts'

/** „Bezahlt, aber kein Zugang?“: the test plays Stripe and the worker. */

let counter: Counter
let ctx: Ctx
const jobs: { name: string; data: unknown }[] = []
let count = 0

beforeAll(async () => {
  counter = await openCounter()
  ctx = {
    ...counter.ctx,
    jobs: caughtJobs(counter.ctx.jobs, async (_db, name, data) => void jobs.push({ name, data })),
  }
  const { mirrorPrice } = await import('#domain/sales/mirror/mirrorPrice.ts')
  await mirrorPrice(ctx)
})
afterAll(() => counter?.close())

const fresh = (name: string) => `${name}${++count}@example.de`
const session = () => `cs_test_claim${++count}`
const job = (email: string, reference: string | null = null) => ({
  email,
  reference,
  browserHash: 'browser',
  requestId: ctx.ids.uuid(),
})
/** A session that Stripe knows; settled only if asked. */
async function paid(change: Parameters<typeof paidTruth>[1] = {}, settle = true) {
  const sessionId = session()
  counter.payments.truths.set(sessionId, paidTruth(sessionId, change))
  if (settle) await settleOrder(ctx, sessionId)
  return sessionId
}
const lettersTo = async (address: string) =>
  (await listLetters(ctx, { limit: 200 })).filter(({ toAddress }) => toAddress === address).map(({ kind }) => kind)
/** Counters start anew; blocked keys are remembered by the limiter itself, so its limits are fresh ones too. */
async function forgetCounters() {
  await counter.database.query('delete from rate_limit')
  const { createLimits } = await import('#libs/rateLimit.ts')
  ctx = { ...ctx, limits: createLimits(counter.platform.database.pool) }
}
const claims = async (email: string) => (await listClaims(ctx)).filter((claim) => claim.email === email)
const alarm = async () => (await ctx.alarms.open(ctx.db)).some(({ cause }) => cause === 'claim_waiting')

test('the same answer for a known and an unknown address, and nothing is looked up on the way', async () => {
  const known = fresh('bekannt')
  await paid({ email: known })
  const browse = openDoor(counter.platform, { '/api/claim': () => import('#app/api/claim/route.ts') })
  const [one, two] = [
    await browse().post('/api/claim', { email: known }),
    await browse().post('/api/claim', { email: fresh('fremd'), reference: 'W-2026-0001' }),
  ]
  expect([one.status, one.text]).toEqual([200, two.text])
  const form = await browse().send('POST', '/api/claim', 'email=fremd%40example.de', {
    'content-type': 'application/x-www-form-urlencoded',
  })
  expect([form.status, form.headers.get('location')]).toEqual([303, '/kein-zugang?stand=da'])
  const bad = await browse().send('POST', '/api/claim', 'email=keine', {
    'content-type': 'application/x-www-form-urlencoded',
  })
  expect(bad.headers.get('location')).toBe('/kein-zugang?fehler=invalid_input')
})

test('row 54: a thousand questions are stopped for each network and each address, known or not', async () => {
  const ask = (email: string, ip: string) =>
    claimAccess(ctx, { email, ip, browserHash: 'x' }).then(
      () => 'ok',
      (error) => error.code,
    )
  const address = fresh('bombe')
  const perAddress = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(address, `10.50.${i}.1`)))
  expect(perAddress.filter((code) => code === 'ok')).toHaveLength(3)
  const perNetwork = []
  for (let i = 0; i < 30; i++) perNetwork.push(await ask(fresh('viele'), '10.51.0.1'))
  expect(perNetwork.filter((code) => code === 'ok')).toHaveLength(10)
  expect(new Set([...perAddress, ...perNetwork])).toEqual(new Set(['ok', 'rate_limited']))
})

test('a payment nobody told us of is found by the address of the order, settled, and the link goes out', async () => {
  const email = fresh('verloren')
  const { sessionId } = await openCheckout(ctx, { productType: 'kurs', email })
  counter.payments.truths.set(sessionId, paidTruth(sessionId, { email }))
  await workClaim(ctx, job(email))
  expect(await findPersonByEmail(ctx, email)).not.toBeNull()
  expect((await lettersTo(email)).sort()).toEqual(['login', 'welcome'])
  expect(await claims(email)).toEqual([])
})

test.each([
  ['its session id', (sessionId: string) => sessionId],
  ['its payment intent', (sessionId: string) => `pi_${sessionId}`],
  ['its charge', (sessionId: string) => `ch_${sessionId}`],
])('an order we never heard of is found by %s', async (_, reference) => {
  const email = fresh('gefunden')
  const sessionId = await paid({ email }, false)
  await workClaim(ctx, job(email, reference(sessionId)))
  expect((await lettersTo(email)).sort()).toEqual(['login', 'welcome'])
})

test('the order number brings a link to the order’s own address, and the one who asked learns nothing', async () => {
  const [owner, stranger] = [fresh('inhaber'), fresh('neugierig')]
  const sessionId = await paid({ email: owner })
  const { order } = (await getOrder(ctx, sessionId))!
  await workClaim(ctx, job(stranger, order.number))
  expect((await lettersTo(owner)).sort()).toEqual(['login', 'welcome'])
  expect(await lettersTo(stranger)).toEqual(['no_access'])
  expect((await claims(stranger)).map(({ why }) => why)).toEqual(['other_address'])
  expect(await alarm()).toBe(true)
})

test('guessing order numbers does not flood the mailbox of who ordered', async () => {
  const owner = fresh('ziel')
  const sessionId = await paid({ email: owner })
  const { order } = (await getOrder(ctx, sessionId))!
  for (let i = 0; i < 8; i++) await workClaim(ctx, job(fresh('angreifer'), order.number))
  expect((await lettersTo(owner)).filter((kind) => kind === 'login')).toHaveLength(3)
  // Nor does it use up what the owner may ask for.
  for (const limit of ['login_letter_per_address', 'login_letter_per_address_day'] as const)
    for (let i = 0; i < 3; i++) await ctx.limits.consume(limit, owner)
})

test('an unknown address without a number gets the letter that says so, and nobody is bothered', async () => {
  const email = fresh('unbekannt')
  await workClaim(ctx, job(email))
  expect(await lettersTo(email)).toEqual(['no_access'])
  expect(await claims(email)).toEqual([])
})

test('paid under another address than any we heard of: the reconciler is asked, once in five minutes', async () => {
  await forgetCounters()
  const email = fresh('kasse')
  const sessionId = await paid({ email, createdAt: new Date() }, false)
  jobs.length = 0
  await workClaim(ctx, job(email))
  expect(jobs).toContainEqual(
    expect.objectContaining({ name: 'order.settle', data: expect.objectContaining({ sessionId }) }),
  )
  jobs.length = 0
  await workClaim(ctx, job(fresh('noch')))
  expect(jobs.filter(({ name }) => name === 'order.settle')).toEqual([])
})

test('a number nobody knows lands with the operator, once however often it is asked', async () => {
  const email = fresh('beleg')
  await Promise.all([workClaim(ctx, job(email, '1234-5678')), workClaim(ctx, job(email, '1234-5678'))])
  await workClaim(ctx, job(email, '1234-5678'))
  expect((await claims(email)).map(({ why }) => why)).toEqual(['unknown_order'])
})

test('an invented session and a repeated job are no faults', async () => {
  const email = fresh('erfunden')
  const same = job(email, 'cs_test_erfunden')
  await workClaim(ctx, same)
  await workClaim(ctx, same)
  expect(await lettersTo(email)).toEqual(['no_access'])
})

test.each(['pi_erfunden1', 'ch_erfunden1'])(
  'a payment Stripe does not know (%s) is no fault either',
  async (reference) => {
    const email = fresh('vertippt')
    const findSessionId = async () => {
      throw new OutsideError('stripe', 'not_found', 'no such payment')
    }
    await workClaim({ ...ctx, payments: { ...ctx.payments, findSessionId } }, job(email, reference))
    expect(await lettersTo(email)).toEqual(['no_access'])
    expect((await claims(email)).map(({ why }) => why)).toEqual(['unknown_order'])
  },
)

test('while Stripe is away nobody is told that there is nothing; who is known gets the link at once', async () => {
  const [unknown, known] = [fresh('warten'), fresh('drin')]
  await paid({ email: known })
  const { sessionId } = await openCheckout(ctx, { productType: 'kurs', email: unknown })
  counter.payments.truths.set(sessionId, paidTruth(sessionId, { email: unknown }))
  counter.payments.down = true
  await expect(workClaim(ctx, job(unknown))).rejects.toMatchObject({ name: 'OutsideError' })
  expect(await lettersTo(unknown)).toEqual([])
  await workClaim(ctx, job(known))
  counter.payments.down = false
  expect((await lettersTo(known)).sort()).toEqual(['login', 'welcome'])
  await workClaim(ctx, job(unknown))
  expect((await lettersTo(unknown)).sort()).toEqual(['login', 'welcome'])
})

test('row 44: no address in the session: parked with an alarm, and the operator gives it to who asked', async () => {
  const email = fresh('nachgereicht')
  const sessionId = await paid({ email: null })
  expect(await getOrder(ctx, sessionId)).toMatchObject({ order: { state: 'parked', flags: ['no_address'] } })
  await workClaim(ctx, job(email, sessionId))
  const [claim] = await claims(email)
  expect(claim).toMatchObject({ why: 'no_address', order: { sessionId } })
  const answer = { claimId: claim?.id ?? '', answer: 'accept' as const, actor: 'cli', key: ctx.ids.uuid() }
  await answerClaim(ctx, answer)
  await answerClaim(ctx, answer)
  expect(await getOrder(ctx, sessionId)).toMatchObject({ order: { state: 'paid', flags: [] } })
  expect(await lettersTo(email)).toContain('welcome')
  expect(await claims(email)).toEqual([])
  await expect(answerClaim(ctx, { ...answer, key: ctx.ids.uuid() })).rejects.toMatchObject({ code: 'conflict' })
})

test('row 44: the browser that paid gives the missing address itself', async () => {
  const opened = await openCheckout(ctx, { productType: 'kurs' })
  counter.payments.truths.set(opened.sessionId, paidTruth(opened.sessionId, { email: null, orderId: opened.orderId }))
  expect(await settleOrder(ctx, opened.sessionId)).toMatchObject({ state: 'parked' })
  const { signCheckout } = ctx.tokens
  const { sessionId, orderId, cookieNonce: nonce } = opened
  const checkoutCookie = await signCheckout({ sessionId, orderId, nonce })
  const email = fresh('selbst')
  const input = { sessionId, email, checkoutCookie, viewer: null, key: ctx.ids.uuid(), ip: '10.60.0.1' }
  await expect(correctAddress(ctx, { ...input, checkoutCookie: null })).rejects.toMatchObject({ code: 'not_found' })
  await correctAddress(ctx, input)
  await correctAddress(ctx, input)
  expect(await getOrder(ctx, sessionId)).toMatchObject({ order: { state: 'paid', emailGiven: email } })
  expect(await lettersTo(email)).toEqual(['welcome'])
  // A mistyped new address can still be corrected, once.
  const right = fresh('berichtigt')
  await correctAddress(ctx, { ...input, email: right, key: ctx.ids.uuid() })
  expect(await lettersTo(right)).toEqual(['welcome'])
  await settleOrder(ctx, sessionId)
  expect((await findPersonByEmail(ctx, right))?.createdBy).toBe(`purchase:${ctx.ids.fromName(`purchase:${sessionId}`)}`)
})

test('while a debit is on its way the browser that paid puts a mistyped address right, once', async () => {
  const [typo, right] = [fresh('tipfehler'), fresh('richtig')]
  const opened = await openCheckout(ctx, { productType: 'kurs', email: typo })
  const { sessionId, orderId, cookieNonce: nonce } = opened
  const truth = paidTruth(sessionId, { email: typo, orderId })
  const waiting = { ...truth, paymentStatus: 'unpaid', paymentIntentStatus: 'processing', paidAt: null } as const
  counter.payments.truths.set(sessionId, waiting)
  const { purchaseId } = await settleOrder(ctx, sessionId)
  const checkoutCookie = await ctx.tokens.signCheckout({ sessionId, orderId, nonce })
  const input = { sessionId, email: right, checkoutCookie, viewer: null, key: ctx.ids.uuid(), ip: '10.60.0.2' }
  await expect(correctAddress(ctx, { ...input, checkoutCookie: null })).rejects.toMatchObject({ code: 'not_found' })
  expect((await orderStatus(ctx, sessionId))?.address).toBe('correct')
  // A look that read Stripe before the correction must not bring the old address back.
  counter.payments.beforeAnswer = async () => {
    counter.payments.beforeAnswer = async () => {}
    await Promise.all([correctAddress(ctx, input), correctAddress(ctx, input)])
  }
  await settleOrder(ctx, sessionId)
  await expect(correctAddress(ctx, { ...input, email: fresh('x'), key: ctx.ids.uuid() })).rejects.toMatchObject({
    code: 'address_locked',
  })
  expect((await orderStatus(ctx, sessionId))?.address).toBeNull()
  counter.payments.truths.set(sessionId, truth)
  expect(await settleOrder(ctx, sessionId)).toMatchObject({ state: 'paid' })
  await correctAddress(ctx, input)
  expect(await findPersonByEmail(ctx, typo)).toBeNull()
  expect((await findPersonByEmail(ctx, right))?.createdBy).toBe(`purchase:${purchaseId}`)
  expect((await lettersTo(right)).sort()).toEqual(['payment_pending', 'welcome'])
  expect((await lettersTo(typo)).sort()).toEqual(['address_removed', 'payment_pending'])
})

/** Ordered by direct debit: the session is completed, the money comes days later. */
async function debit(email: string, change: Parameters<typeof paidTruth>[1] = {}) {
  const sessionId = await paid({ email, paymentStatus: 'unpaid', paymentIntentStatus: 'processing', ...change })
  return { sessionId, order: (await getOrder(ctx, sessionId))!.order }
}

test.each([
  ['on its way', 'processing', 'payment_pending'],
  ['refused by the bank', 'requires_payment_method', 'payment_failed'],
])('whoever asks while the debit is %s hears of the payment, not that nobody ordered', async (_, status, kind) => {
  const [email, other] = [fresh('lastschrift'), fresh('fremd')]
  await debit(email, { paymentIntentStatus: status })
  expect(await lettersTo(email)).toEqual([kind])
  const [claim, login] = [job(email), { ...job(email.toUpperCase()), next: null }]
  await workClaim(ctx, claim)
  await workClaim(ctx, claim)
  await answerLoginRequest(ctx, login)
  await answerLoginRequest(ctx, login)
  expect(await lettersTo(email)).toEqual([kind, kind, kind])
  await answerLoginRequest(ctx, { ...job(other), next: null })
  expect(await lettersTo(other)).toEqual(['no_access'])
})

test('a mistyped address of a debit on its way lands with the operator, who puts it right before the money is there', async () => {
  const [typo, right, righter] = [fresh('tipfehler'), fresh('richtig'), fresh('richtiger')]
  const { sessionId, order } = await debit(typo)
  await workClaim(ctx, job(right, order.number))
  const [claim] = await claims(right)
  expect(claim).toMatchObject({ why: 'other_address', order: { sessionId } })
  const answer = { claimId: claim?.id ?? '', answer: 'accept' as const, actor: 'cli', key: ctx.ids.uuid() }
  await answerClaim(ctx, answer)
  await answerClaim(ctx, answer)
  expect(await claims(right)).toEqual([])
  expect((await lettersTo(typo)).sort()).toEqual(['address_removed', 'payment_pending'])
  expect(await lettersTo(right)).toEqual(['payment_pending', 'no_access'])
  // The old mailbox gets nothing of the order any more.
  await answerLoginRequest(ctx, { ...job(typo), next: null })
  expect(await lettersTo(typo)).toContain('no_access')
  // By hand from the order's page, and once more, because an operator may err too.
  const again = { purchaseId: order.id, email: righter, actor: 'cli', key: ctx.ids.uuid() }
  await Promise.all([setOrderAddressByHand(ctx, again), setOrderAddressByHand(ctx, again)])
  expect(await lettersTo(righter)).toEqual(['payment_pending'])
  // The same click about another order is no repetition, and must not pass for one.
  const another = await debit(fresh('andere'))
  const misused = setOrderAddressByHand(ctx, { ...again, purchaseId: another.order.id })
  await expect(misused).rejects.toMatchObject({ code: 'conflict' })
  await answerLoginRequest(ctx, { ...job(righter), next: null })
  expect(await lettersTo(righter)).toEqual(['payment_pending', 'payment_pending'])
  counter.payments.truths.set(sessionId, paidTruth(sessionId, { email: typo }))
  expect(await settleOrder(ctx, sessionId)).toMatchObject({ state: 'paid' })
  expect(await lettersTo(righter)).toContain('welcome')
  expect(await findPersonByEmail(ctx, typo)).toBeNull()
  await expect(setOrderAddressByHand(ctx, { ...again, key: ctx.ids.uuid() })).rejects.toMatchObject({
    code: 'conflict',
  })
})

test('the operator’s „übernehmen“ moves a mistyped account to who asked; an address with an account is refused', async () => {
  const [typo, right] = [fresh('tipfehler'), fresh('richtig')]
  const sessionId = await paid({ email: typo })
  const { order } = (await getOrder(ctx, sessionId))!
  const before = await findPersonByEmail(ctx, typo)
  await workClaim(ctx, job(right, order.number))
  const [claim] = await claims(right)
  const answer = { claimId: claim?.id ?? '', answer: 'accept' as const, actor: 'cli' }
  await answerClaim(ctx, { ...answer, key: ctx.ids.uuid() })
  expect((await findPersonByEmail(ctx, right))?.id).toBe(before?.id)
  expect(await lettersTo(right)).toContain('welcome')

  const other = fresh('auch')
  await paid({ email: other })
  await workClaim(ctx, job(other, (await getOrder(ctx, sessionId))!.order.number))
  const [second] = await claims(other)
  await expect(answerClaim(ctx, { ...answer, claimId: second?.id ?? '', key: ctx.ids.uuid() })).rejects.toMatchObject({
    code: 'address_taken',
  })
  await answerClaim(ctx, { claimId: second?.id ?? '', answer: 'close', actor: 'cli', key: ctx.ids.uuid() })
  expect(await claims(other)).toEqual([])
})

test('the last answered claim ends the alarm', async () => {
  for (const claim of await listClaims(ctx))
    await answerClaim(ctx, { claimId: claim.id, answer: 'close', actor: 'cli', key: ctx.ids.uuid() })
  expect(await alarm()).toBe(false)
})

test('a network that asks all day long is stopped for the rest of the day', async () => {
  await forgetCounters()
  const ask = () =>
    claimAccess(ctx, { email: fresh('viele'), browserHash: 'browser', ip: '10.77.1.1' }).then(
      () => 'ok',
      (error: AppError) => error.code,
    )
  let taken = 0
  for (let quarter = 0; quarter < 6; quarter++) {
    for (let i = 0; i < 10; i++) if ((await ask()) === 'ok') taken++
    // The next quarter of an hour: only the day is still counted.
    await counter.database.query(`delete from rate_limit where key like 'claim_per_ip:%'`)
    ctx = { ...ctx, limits: createLimits(counter.platform.database.pool) }
  }
  expect(taken).toBe(40)
  await forgetCounters()
})
