import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  computePurchase,
  dutyOf,
  needsCloseLook,
  type OwnFacts,
  orderNumber,
  parseOrderNumber,
  paymentView,
  returnUrl,
  settleEventTypes,
} from '#domain/sales/rules.ts'
import type { CheckoutTruth } from '#ports'
import { paidTruth } from '#tests/kit/paidTruth.ts'

const own: OwnFacts = { livemode: false, ourPriceIds: ['price_kurs'], hasDraft: true }

const bought = paidTruth('cs_test_1', { orderId: '0b8f1c9e-6f3e-4b4f-9d0d-6a1f0d3c2b1a', email: 'mara@gmx.de' })

const compute = (change: Partial<CheckoutTruth>, facts: Partial<OwnFacts> = {}) =>
  computePurchase({ ...bought, ...change }, { ...own, ...facts })
const refunds = (...list: [amount: number, status: string][]) => ({
  refunds: list.map(([amount, status], index) => ({ id: `re_${index}`, amount, status })),
})
const disputes = (...list: string[]) => ({
  disputes: list.map((status, index) => ({ id: `dp_${index}`, status, amount: 34_900 })),
})

test('a paid session gives access and owes the welcome letter', () => {
  expect(compute({})).toEqual({
    state: 'paid',
    access: true,
    flags: [],
    letter: 'welcome',
    amountRefunded: 0,
    refundedInFull: false,
  })
})

test('a free order without a payment intent is paid', () => {
  const free = {
    paymentStatus: 'no_payment_required',
    amountTotal: 0,
    paymentIntentId: null,
    chargeId: null,
    paidAt: null,
  } as const
  expect(compute(free)).toMatchObject({ state: 'paid', access: true, letter: 'welcome' })
})

test.each([
  ['open', 'open'],
  ['expired', 'expired'],
] as const)('a session that is %s gives nothing and owes no letter', (status, state) => {
  expect(compute({ status, paymentStatus: 'unpaid' })).toMatchObject({ state, access: false, letter: null })
})

test.each([
  ['processing', 'pending', 'payment_pending'],
  [null, 'pending', 'payment_pending'],
  ['requires_payment_method', 'failed', 'payment_failed'],
  ['canceled', 'failed', 'payment_failed'],
])('completed but unpaid with intent %s is %s', (paymentIntentStatus, state, letter) => {
  expect(compute({ paymentStatus: 'unpaid', paymentIntentStatus })).toMatchObject({ state, access: false, letter })
})

test('a status Stripe invented later is parked, not guessed', () => {
  expect(compute({ status: 'other' })).toMatchObject({ state: 'parked', access: false, flags: ['odd_status'] })
  expect(compute({ paymentStatus: 'other' })).toMatchObject({ state: 'parked', access: false })
})

test('a partial refund keeps access, a full one ends it, a failed one gives it back', () => {
  expect(compute(refunds([10_000, 'succeeded']))).toMatchObject({
    state: 'paid',
    access: true,
    flags: ['partial_refund'],
    amountRefunded: 10_000,
  })
  expect(compute(refunds([34_900, 'succeeded']))).toMatchObject({
    state: 'refunded',
    access: false,
    letter: null,
    amountRefunded: 34_900,
    refundedInFull: true,
  })
  expect(compute(refunds([34_900, 'failed']))).toMatchObject({ state: 'paid', access: true, flags: ['refund_failed'] })
})

test('two partial refunds that reach the total end access', () => {
  expect(compute(refunds([20_000, 'succeeded'], [14_900, 'succeeded']))).toMatchObject({ state: 'refunded' })
})

test('a pending full refund ends access, but its letter waits for the money', () => {
  expect(compute(refunds([34_900, 'pending']))).toMatchObject({
    state: 'refunded',
    access: false,
    flags: ['refund_pending'],
    letter: null,
    amountRefunded: 0,
  })
})

test.each([
  ['needs_response', 'suspended', false],
  ['under_review', 'suspended', false],
  ['appeal_under_review', 'suspended', false],
  ['something_new', 'suspended', false],
  ['lost', 'lost', false],
  ['won', 'paid', true],
  ['prevented', 'paid', true],
  ['warning_closed', 'paid', true],
  ['warning_needs_response', 'paid', true],
])('a dispute that is %s makes the purchase %s', (status, state, access) => {
  expect(compute(disputes(status))).toMatchObject({ state, access })
})

test('a dispute after a refund is flagged while it can still be answered, and when the money went back twice', () => {
  const open = compute({ ...refunds([34_900, 'succeeded']), ...disputes('needs_response') })
  expect(open).toMatchObject({ state: 'refunded', access: false, flags: ['dispute', 'refund_and_dispute'] })
  const won = compute({ ...refunds([34_900, 'succeeded']), ...disputes('won') })
  expect(won).toMatchObject({ state: 'refunded', access: false, flags: [] })
  const both = compute({ ...refunds([34_900, 'succeeded']), ...disputes('lost') })
  expect(both).toMatchObject({ state: 'lost', access: false })
  expect(both.flags).toContain('refund_and_dispute')
})

test.each([
  [{ email: null }, 'no_address'],
  [{ email: 'no address' }, 'no_address'],
] as const)('what a person must look at first is parked: %o', (change, flag) => {
  expect(compute(change)).toMatchObject({ state: 'parked', access: false, flags: [flag], letter: null })
})

test.each([0, 2, 5])('a session with quantity %i opens one access and is flagged', (quantity) => {
  expect(compute({ quantity })).toMatchObject({ state: 'paid', access: true, flags: ['quantity'], letter: 'welcome' })
})

test('an early fraud warning is flagged while there is something to do, and access stays', () => {
  const warned = (actionable: boolean) => ({
    fraudWarnings: [{ id: 'issfr_1', actionable, type: 'misc', createdAt: new Date(0) }],
  })
  expect(compute(warned(true))).toMatchObject({ state: 'paid', access: true, flags: ['fraud_warning'] })
  expect(compute(warned(false), { warned: true })).toMatchObject({ flags: [] })
  expect(compute({}, { warned: true })).toMatchObject({ flags: ['fraud_warning'] })
  expect(compute({ fraudWarnings: [] }, { warned: true })).toMatchObject({ flags: [] })
})

test('another shop’s session and the other mode’s are foreign', () => {
  const stranger = { productType: null, priceIds: ['price_other'] }
  expect(compute(stranger, { hasDraft: false })).toMatchObject({ state: 'foreign', access: false, letter: null })
  expect(compute({ productType: 'constructor', priceIds: [] }, { hasDraft: false })).toMatchObject({ state: 'foreign' })
  expect(compute({ livemode: true })).toMatchObject({ state: 'foreign' })
  expect(compute({ productType: null }, { hasDraft: false })).toMatchObject({ state: 'paid' })
})

const other = { priceIds: ['price_other'] }

test.each([
  ['an order’s id', { productType: null }, { hasDraft: true }],
  ['our product’s name', { productType: 'kurs' }, { hasDraft: false }],
  ['both, free of charge', { paymentStatus: 'no_payment_required', amountTotal: 0, paymentIntentId: null }, {}],
  ['both, but nothing that can be bought', { priceIds: [] }, {}],
  ['both, without an address', { email: null }, {}],
] as const)('another price with %s is parked, whatever it calls itself', (_, change, facts) => {
  expect(compute({ ...other, ...change } as Partial<CheckoutTruth>, facts)).toMatchObject({
    state: 'parked',
    access: false,
    flags: ['unknown_price'],
    letter: null,
  })
})

test('another price that claims to be ours: nobody is written to while it is unpaid, and it ends by its refund', () => {
  const unpaid = { ...other, paymentStatus: 'unpaid' } as const
  expect(compute({ ...unpaid, paymentIntentStatus: 'processing' })).toMatchObject({ state: 'pending', letter: null })
  expect(compute({ ...unpaid, paymentIntentStatus: 'canceled' })).toMatchObject({ state: 'failed', letter: null })
  expect(compute({ ...other, status: 'other' })).toMatchObject({ flags: ['odd_status', 'unknown_price'] })
  expect(compute({ ...other, ...refunds([34_900, 'succeeded']) })).toMatchObject({ state: 'refunded', access: false })
  expect(compute({ ...other, status: 'open' })).toMatchObject({ state: 'open' })
})

test('our price among other things opens and is flagged; a price’s own metadata make it ours, a session’s do not', () => {
  const mixed = { priceIds: ['price_other', 'price_kurs'], quantity: 2 }
  expect(compute(mixed)).toMatchObject({ state: 'paid', access: true, flags: ['other_items'] })
  const named = (opens: string) => ({
    ...other,
    namedPrices: [
      { id: 'price_other', opens, lookupKey: null, productName: 'x', currency: 'eur', unitAmount: 1, active: false },
    ],
  })
  expect(compute(named('kurs'))).toMatchObject({ state: 'paid', access: true, flags: [] })
  expect(compute(named('constructor'))).toMatchObject({ state: 'parked' })
})

test('access means paid, whatever Stripe says', () => {
  const refund = fc.record({
    id: fc.string(),
    amount: fc.integer({ min: 0, max: 40_000 }),
    status: fc.constantFrom('pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'new'),
  })
  const dispute = fc.record({
    id: fc.string(),
    amount: fc.integer({ min: 0, max: 40_000 }),
    status: fc.constantFrom('won', 'lost', 'needs_response', 'warning_under_review', 'prevented', 'new'),
  })
  const change = fc.record({
    status: fc.constantFrom('open', 'complete', 'expired', 'other'),
    paymentStatus: fc.constantFrom('paid', 'unpaid', 'no_payment_required', 'other'),
    quantity: fc.integer({ min: 0, max: 3 }),
    refunds: fc.array(refund, { maxLength: 4 }),
    disputes: fc.array(dispute, { maxLength: 3 }),
  })
  fc.assert(
    fc.property(change, (some) => {
      const truth = { ...bought, ...some } as CheckoutTruth
      const computed = computePurchase(truth, own)
      expect(computed.access).toBe(computed.state === 'paid')
      if (computed.letter === 'welcome') expect(computed.access).toBe(true)
      const returned = truth.refunds
        .filter(({ status }) => status === 'succeeded')
        .reduce((sum, r) => sum + r.amount, 0)
      if (returned >= truth.amountTotal || truth.disputes.some(({ status }) => status === 'lost'))
        expect(computed.access).toBe(false)
      // The order of the lists must not matter.
      const turned = { ...truth, refunds: truth.refunds.toReversed(), disputes: truth.disputes.toReversed() }
      expect(computePurchase(turned, own)).toEqual(computed)
    }),
  )
})

test('each event type has one duty', () => {
  expect(dutyOf('checkout.session.completed')).toBe('settle')
  expect(dutyOf('checkout.session.async_payment_failed')).toBe('settle')
  expect(dutyOf('charge.dispute.closed')).toBe('settle')
  expect(dutyOf('refund.failed')).toBe('settle')
  expect(dutyOf('radar.early_fraud_warning.created')).toBe('settle')
  expect(dutyOf('price.updated')).toBe('mirror_price')
  for (const type of ['payment_intent.succeeded', 'charge.succeeded', 'invoice.paid', 'customer.updated', ''])
    expect(dutyOf(type)).toBe('ignore')
})

test('only what the payment does not announce is looked at closely', () => {
  for (const type of ['charge.dispute.created', 'radar.early_fraud_warning.updated'])
    expect(needsCloseLook(type)).toBe(true)
  for (const type of ['charge.refunded', 'checkout.session.completed', 'refund.failed'])
    expect(needsCloseLook(type)).toBe(false)
  // Stripe takes at most twenty types in one question for missed events.
  expect(settleEventTypes.length).toBeLessThanOrEqual(20)
})

const site = 'https://kurs.example.de'

test('the success address carries Stripe’s placeholder, unescaped', () => {
  expect(returnUrl('/kauf/danke', site, true)).toBe(`${site}/kauf/danke?session_id={CHECKOUT_SESSION_ID}`)
  expect(returnUrl('/danke?a=1#x', site, true)).toBe(`${site}/danke?a=1&session_id={CHECKOUT_SESSION_ID}#x`)
  expect(returnUrl(`${site}/danke?session_id=fake`, site, true)).toBe(`${site}/danke?session_id={CHECKOUT_SESSION_ID}`)
  const ready = `${site}/danke?session_id={CHECKOUT_SESSION_ID}`
  expect(returnUrl(ready, site, true)).toBe(ready)
  expect(returnUrl('/bestellen', site, false)).toBe(`${site}/bestellen`)
})

test.each([
  'https://evil.example/danke',
  '//evil.example',
  '/\\evil.example',
  'https://kurs.example.de@evil.example/',
  'https://mara@kurs.example.de/',
  'http://kurs.example.de/',
  'https://kurs.example.de:8443/',
  'javascript:alert(1)',
  'danke',
  '/danke\nx',
  '',
])('an address that leads elsewhere is refused: %j', (url) => {
  expect(returnUrl(url, site, true)).toBeNull()
})

test('order numbers are read as people write them', () => {
  expect(orderNumber(117, new Date('2026-12-31T23:30:00Z'))).toBe('W-2027-0117')
  expect(parseOrderNumber(' w-2026-0117 ')).toBe(117)
  expect(parseOrderNumber('117')).toBe(117)
  expect(parseOrderNumber('W-117')).toBeNull()
})

test('the buyer is told a state they can understand', () => {
  expect(paymentView(null)).toBe('open')
  expect(paymentView('foreign')).toBe('open')
  expect(paymentView('lost')).toBe('suspended')
  expect(paymentView('paid')).toBe('paid')
})
