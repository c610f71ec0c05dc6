import type { Delivery } from '../kit/delivery.ts'
import { StripeRefusal } from './errors.ts'
import { type Draft, draft, emit } from './events.ts'
import { invoiceDrafts } from './invoices.ts'
import { makeCharge, makeIntent } from './makers.ts'
import type { Decline, Method } from './methods.ts'
import type { Charge, PaymentIntent, SessionRow } from './objects.ts'
import { newId, nowSeconds, type Task, type World } from './world.ts'

export interface Payer {
  /** null: the session ends without any address, which at Stripe happens for some methods and after erasures. */
  email: string | null
  name: string | null
  country: string
  address?: { line1: string | null; postal_code: string | null; city: string | null }
  businessName?: string | null
  /** VAT id, e.g. `DE123456789`. */
  taxId?: string | null
  /** Origin under which the receipt can be opened. */
  origin: string
}

export type PayResult =
  | { state: 'complete'; completed: Promise<Delivery | null> }
  | { state: 'declined'; decline: Decline }
  /** The session was complete before: a second click. */
  | { state: 'already' }
  | { state: 'closed' }

export function plan(world: World, what: Task['what'], target: string, ms: number): void {
  world.tasks.put({ id: newId('task'), at: Date.now() + ms, what, target })
}

function fillCustomer(world: World, row: SessionRow, payer: Payer): void {
  const { session } = row
  session.customer_details = {
    address: {
      city: payer.address?.city ?? null,
      country: payer.country,
      line1: payer.address?.line1 ?? null,
      line2: null,
      postal_code: payer.address?.postal_code ?? null,
      state: null,
    },
    business_name: payer.businessName ?? null,
    email: payer.email,
    individual_name: session.name_collection?.individual?.enabled ? payer.name : null,
    name: payer.name ?? payer.businessName ?? null,
    phone: null,
    tax_exempt: 'none',
    tax_ids: payer.taxId ? [{ type: payer.taxId.startsWith('CHE') ? 'ch_vat' : 'eu_vat', value: payer.taxId }] : [],
  }
  if (payer.email === null) session.customer_email = null
  if (session.name_collection)
    session.collected_information = {
      business_name: payer.businessName ?? null,
      individual_name: session.customer_details.individual_name ?? null,
      shipping_details: null,
    }
  if (session.consent_collection?.terms_of_service === 'required')
    session.consent = { promotions: null, terms_of_service: 'accepted' }
  if (session.automatic_tax.enabled) session.automatic_tax.status = 'complete'
  if ((session.customer_creation === 'always' || session.invoice_creation.enabled) && !session.customer)
    session.customer = world.things.put({
      id: newId('cus', 14),
      object: 'customer',
      created: nowSeconds(),
      email: payer.email,
      name: payer.name,
      livemode: false,
      metadata: {},
    }).id
}

function redeem(world: World, row: SessionRow): void {
  for (const { promotion_code: id, coupon: couponId } of row.session.discounts) {
    const code = id ? world.promotionCodes.get(id) : undefined
    if (code) world.promotionCodes.put({ ...code, times_redeemed: code.times_redeemed + 1 })
    const coupon = couponId ? world.coupons.get(couponId) : undefined
    if (coupon) world.coupons.put({ ...coupon, times_redeemed: coupon.times_redeemed + 1 })
  }
}

/** Completes charge and intent when the money has arrived, with the events about it. Fees are 1.5 % + 0.25 €. */
function succeedCharge(world: World, intent: PaymentIntent, charge: Charge): Draft[] {
  Object.assign(charge, { status: 'succeeded', paid: true, captured: true, amount_captured: charge.amount })
  charge.outcome = {
    network_status: 'approved_by_network',
    reason: null,
    risk_level: 'normal',
    risk_score: 12,
    seller_message: 'Payment complete.',
    type: 'authorized',
  }
  Object.assign(intent, { status: 'succeeded', amount_received: intent.amount, last_payment_error: null })
  const drafts = [draft('charge.succeeded', charge), draft('payment_intent.succeeded', intent)]
  const fee = Math.round(charge.amount * 0.015) + 25
  charge.balance_transaction = world.things.put({
    id: newId('txn'),
    object: 'balance_transaction',
    amount: charge.amount,
    created: nowSeconds(),
    currency: charge.currency,
    fee,
    net: charge.amount - fee,
    source: charge.id,
    status: 'pending',
    type: 'charge',
  }).id
  world.charges.put(charge)
  world.intents.put(intent)
  return [...drafts, draft('charge.updated', charge, { balance_transaction: null })]
}

function failCharge(world: World, intent: PaymentIntent, charge: Charge, decline: Decline): Draft[] {
  Object.assign(charge, {
    status: 'failed',
    paid: false,
    failure_code: decline.code,
    failure_message: decline.message,
    outcome: { network_status: 'declined_by_network', reason: decline.declineCode ?? null, type: 'issuer_declined' },
  })
  Object.assign(intent, {
    status: 'requires_payment_method',
    last_payment_error: {
      charge: charge.id,
      code: decline.code,
      ...(decline.declineCode ? { decline_code: decline.declineCode } : {}),
      message: decline.message,
      type: 'card_error',
    },
  })
  world.charges.put(charge)
  world.intents.put(intent)
  return [draft('charge.failed', charge), draft('payment_intent.payment_failed', intent)]
}

function openIntent(world: World, row: SessionRow): { intent: PaymentIntent; drafts: Draft[] } {
  const known = row.session.payment_intent ? world.intents.get(row.session.payment_intent) : undefined
  if (known) {
    known.amount = row.session.amount_total // a voucher may have come after a declined try
    return { intent: known, drafts: [] }
  }
  const intent = world.intents.put(makeIntent(newId('pi'), row, nowSeconds()))
  row.session.payment_intent = intent.id
  world.sessionOf.set(intent.id, row.id)
  return { intent, drafts: [draft('payment_intent.created', intent)] }
}

function finish(
  world: World,
  row: SessionRow,
  paid: 'paid' | 'unpaid' | 'no_payment_required',
  before: Draft[],
): PayResult {
  Object.assign(row.session, { status: 'complete', payment_status: paid, url: null })
  redeem(world, row)
  world.sessions.put(row)
  const sent = emit(world, [...before, draft('checkout.session.completed', row.session)])
  return { state: 'complete', completed: sent.get('checkout.session.completed') ?? Promise.resolve(null) }
}

/**
 * One press of the pay button. Runs without interruption, so two presses cannot pay twice: the second finds the session
 * complete. `method` is null only for a total of 0.
 */
export function pay(world: World, row: SessionRow, payer: Payer, method: Method | null): PayResult {
  const { session } = row
  if (session.status === 'complete') return { state: 'already' }
  if (session.status !== 'open' || session.expires_at <= nowSeconds()) return { state: 'closed' }
  if (session.amount_total === 0) {
    fillCustomer(world, row, payer)
    return finish(
      world,
      row,
      world.config.freePaymentStatus ?? 'no_payment_required',
      invoiceDrafts(world, row, payer.origin),
    )
  }
  if (!method) throw new StripeRefusal(400, 'A payment method is needed.')
  const { fate } = method
  if (fate.kind !== 'declined') fillCustomer(world, row, payer)
  const { intent, drafts } = openIntent(world, row)
  const charge = makeCharge({
    id: newId(method.type === 'card' ? 'ch' : 'py'),
    intent,
    created: nowSeconds(),
    billing: payer,
    method: { id: newId('pm'), details: method.details },
    receiptUrl: `${payer.origin}/receipts/${row.id}`,
  })
  Object.assign(intent, { customer: session.customer, latest_charge: charge.id })
  if (fate.kind === 'declined') {
    emit(world, [...drafts, ...failCharge(world, intent, charge, fate.decline)])
    world.sessions.put(row)
    return { state: 'declined', decline: fate.decline }
  }
  intent.payment_method = charge.payment_method
  if (fate.kind === 'succeeds') {
    if (fate.later) plan(world, 'dispute', charge.id, 1000)
    drafts.push(...succeedCharge(world, intent, charge), ...invoiceDrafts(world, row, payer.origin))
    return finish(world, row, 'paid', drafts)
  }
  intent.status = 'processing'
  world.charges.put(charge)
  world.intents.put(intent)
  const delay = fate.quickly ? 500 : (world.config.sepaDelayMs ?? 5000)
  if (fate.later) plan(world, fate.later, intent.id, delay)
  if (fate.dispute) plan(world, 'dispute', charge.id, delay + 1000)
  return finish(world, row, 'unpaid', [
    ...drafts,
    draft('charge.pending', charge),
    draft('payment_intent.processing', intent),
  ])
}

const sepaFailure: Decline = {
  code: 'payment_intent_payment_attempt_failed',
  sentence: 'Die Lastschrift ist geplatzt.',
  message: 'The payment failed.',
}

/** The bank's answer to a pending debit. False when the intent is not waiting for one. */
export function settlePending(world: World, intentId: string, outcome: 'succeed' | 'fail'): boolean {
  const intent = world.intents.get(intentId)
  const row = world.sessions.get(world.sessionOf.get(intentId) ?? '')
  const charge = world.charges.get(intent?.latest_charge ?? '')
  if (!intent || !row || !charge || intent.status !== 'processing') return false
  const drafts =
    outcome === 'succeed' ? succeedCharge(world, intent, charge) : failCharge(world, intent, charge, sepaFailure)
  if (outcome === 'succeed') {
    row.session.payment_status = 'paid'
    drafts.push(...invoiceDrafts(world, row, new URL(String(charge.receipt_url)).origin))
  }
  world.sessions.put(row)
  emit(world, [
    ...drafts,
    draft(`checkout.session.async_payment_${outcome === 'succeed' ? 'succeeded' : 'failed'}`, row.session),
  ])
  return true
}
