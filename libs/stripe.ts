import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
} from 'cockatiel'
import Stripe from 'stripe'
import { AppError, isOutsideError, OutsideError } from '#errors'
import { asRefundFact, createRefund, listCompletedSessions, listEvents } from '#libs/stripeAfterSale.ts'
import type {
  CheckoutInput,
  CheckoutTruth,
  DisputeFact,
  EventReferences,
  InboxEvent,
  Log,
  Payments,
  PriceFact,
  RefundFact,
} from '#ports'

/** The shapes in this file are those of this version; our webhook endpoint must be set to the same one. */
export const STRIPE_API_VERSION = '2026-10-28.endive'

const TIMEOUT_MS = 8_000
/** Also what resolves a double click: the second request under one idempotency key gets 409 until the first is done. */
const NETWORK_RETRIES = 2
const BREAKER_FAILURES = 5
const BREAKER_FIRST_WAIT_MS = 1_000
const BREAKER_LONGEST_WAIT_MS = 15_000
const LIST_LIMIT = 100

export interface StripeConfig {
  secretKey: string
  /** null: api.stripe.com. */
  apiBaseUrl: string | null
}

/**
 * Stripe behind the port `Payments`. Every failure leaves as `OutsideError('stripe', …)`; after five outages in a
 * row the circuit opens and calls fail at once with `circuit_open`, so that a page never waits for a dead Stripe.
 */
export function createPayments(config: StripeConfig, log: Log): Payments {
  const stripe = new Stripe(config.secretKey, {
    apiVersion: STRIPE_API_VERSION,
    timeout: TIMEOUT_MS,
    maxNetworkRetries: NETWORK_RETRIES,
    telemetry: false,
    ...(config.apiBaseUrl ? whereTheSdkTalksTo(config.apiBaseUrl) : {}),
  })
  const breaker = circuitBreaker(
    handleWhen((error) => isOutsideError(error) && isOutage(error)),
    {
      halfOpenAfter: new ExponentialBackoff({
        initialDelay: BREAKER_FIRST_WAIT_MS,
        maxDelay: BREAKER_LONGEST_WAIT_MS,
      }),
      breaker: new ConsecutiveBreaker(BREAKER_FAILURES),
    },
  )
  breaker.onStateChange((state) => {
    log.warn({ state: CircuitState[state] }, 'Stripe circuit changed')
  })

  async function ask<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await breaker.execute(async () => {
        try {
          return await work()
        } catch (error) {
          throw nameFailure(what, error)
        }
      })
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error
      throw new OutsideError('stripe', 'circuit_open', `${what}: circuit open`, { retryAfter: 15, cause: error })
    }
  }

  return {
    createCheckout: (input) => ask('create checkout', () => createCheckout(stripe, input)),
    expireCheckout: (sessionId) =>
      ask('expire checkout', async () => void (await stripe.checkout.sessions.expire(sessionId))),
    getCheckout: (sessionId) => ask('get checkout', () => getCheckout(stripe, sessionId)),
    findSessionId: (reference) => ask('find session', () => findSessionId(stripe, reference)),
    getPrice: (reference) => ask('get price', () => getPrice(stripe, reference)),
    refund: (input) => ask('refund', () => createRefund(stripe, input)),
    listEvents: (input) => ask('list events', () => listEvents(stripe, input)),
    listCompletedSessions: (input) => ask('list sessions', () => listCompletedSessions(stripe, input)),
    referencesOf,
  }
}

function whereTheSdkTalksTo(baseUrl: string): { host: string; port: number; protocol: 'http' | 'https' } {
  const url = new URL(baseUrl)
  const protocol = url.protocol === 'http:' ? 'http' : 'https'
  return { host: url.hostname, port: Number(url.port) || (protocol === 'http' ? 80 : 443), protocol }
}

/**
 * A Checkout Session in payment mode. No `payment_method_types`: since `endive` Stripe refuses them, methods are
 * chosen in the Dashboard. Everything sent is a function of `input`, because the idempotency key stands for it.
 */
async function createCheckout(stripe: Stripe, input: CheckoutInput) {
  const metadata = { order_id: input.orderId, product_type: input.productType, request_id: input.requestId }
  const session = await stripe.checkout.sessions.create(
    {
      mode: 'payment',
      locale: 'de',
      line_items: [{ price: input.priceId, quantity: 1 }],
      allow_promotion_codes: true,
      // A guest is enough: our person, not Stripe's customer, owns the course.
      customer_creation: 'if_required',
      billing_address_collection: 'auto',
      success_url: input.successUrl,
      cancel_url: input.cancelUrl,
      client_reference_id: input.orderId,
      expires_at: Math.floor(input.expiresAt.getTime() / 1000),
      metadata,
      // Session metadata does not travel on; refunds and disputes find us through the payment intent.
      payment_intent_data: { metadata },
      ...(input.email ? { customer_email: input.email } : {}),
    },
    { idempotencyKey: input.idempotencyKey },
  )
  if (!session.url) throw new OutsideError('stripe', 'bad_answer', 'create checkout: session without url')
  return { sessionId: session.id, url: session.url, expiresAt: new Date(session.expires_at * 1000) }
}

async function getCheckout(stripe: Stripe, sessionId: string): Promise<CheckoutTruth> {
  const session = await stripe.checkout.sessions.retrieve(sessionId, {
    expand: ['line_items', 'payment_intent.latest_charge.refunds'],
  })
  const intent = expanded(session.payment_intent)
  const charge = expanded(intent?.latest_charge ?? null)
  const intentId = idOf(session.payment_intent)
  const items = session.line_items?.data ?? []
  return {
    sessionId: session.id,
    status: oneOf(session.status, ['open', 'complete', 'expired']),
    paymentStatus: oneOf(session.payment_status, ['paid', 'unpaid', 'no_payment_required']),
    livemode: session.livemode,
    createdAt: new Date(session.created * 1000),
    amountSubtotal: session.amount_subtotal ?? 0,
    amountDiscount: session.total_details?.amount_discount ?? 0,
    amountTax: session.total_details?.amount_tax ?? 0,
    amountTotal: session.amount_total ?? 0,
    currency: session.currency ?? 'eur',
    quantity: items.reduce((sum, item) => sum + (item.quantity ?? 0), 0),
    priceIds: items.flatMap((item) => idOf(item.price) ?? []),
    orderId: session.client_reference_id ?? session.metadata?.order_id ?? null,
    productType: session.metadata?.product_type ?? null,
    requestId: session.metadata?.request_id ?? null,
    recoveredFrom: session.recovered_from ?? null,
    email: session.customer_details?.email ?? session.customer_email ?? null,
    name: session.customer_details?.name ?? null,
    country: session.customer_details?.address?.country ?? null,
    paymentIntentId: intentId,
    paymentIntentStatus: intent?.status ?? null,
    chargeId: idOf(intent?.latest_charge ?? null),
    paidAt: charge?.paid ? new Date(charge.created * 1000) : null,
    receiptUrl: charge?.receipt_url ?? null,
    refunds: charge && intentId ? await refundsOf(stripe, charge, intentId) : [],
    disputes: charge?.disputed && intentId ? await disputesOf(stripe, intentId) : [],
  }
}

/** Expanded refunds are the newest ten; a longer list is read page by page. */
async function refundsOf(stripe: Stripe, charge: Stripe.Charge, intentId: string): Promise<RefundFact[]> {
  const here = charge.refunds
  const all =
    here && !here.has_more
      ? here.data
      : await stripe.refunds.list({ payment_intent: intentId, limit: LIST_LIMIT }).autoPagingToArray({ limit: 1_000 })
  return all.map(asRefundFact)
}

async function disputesOf(stripe: Stripe, intentId: string): Promise<DisputeFact[]> {
  const { data } = await stripe.disputes.list({ payment_intent: intentId, limit: LIST_LIMIT })
  return data.map((dispute) => ({
    id: dispute.id,
    status: dispute.status,
    amount: dispute.amount,
    reason: dispute.reason,
    evidenceDueAt: dispute.evidence_details?.due_by ? new Date(dispute.evidence_details.due_by * 1000) : null,
    createdAt: new Date(dispute.created * 1000),
  }))
}

async function findSessionId(
  stripe: Stripe,
  reference: { paymentIntentId?: string | null; chargeId?: string | null },
): Promise<string | null> {
  let intentId = reference.paymentIntentId ?? null
  if (!intentId && reference.chargeId)
    intentId = idOf((await stripe.charges.retrieve(reference.chargeId)).payment_intent)
  if (!intentId) return null
  const { data } = await stripe.checkout.sessions.list({ payment_intent: intentId, limit: 1 })
  return data[0]?.id ?? null
}

async function getPrice(stripe: Stripe, reference: { id?: string; lookupKey?: string }): Promise<PriceFact> {
  const price = reference.id
    ? await stripe.prices.retrieve(reference.id, { expand: ['product'] })
    : (
        await stripe.prices.list({
          lookup_keys: [reference.lookupKey ?? ''],
          active: true,
          limit: 1,
          expand: ['data.product'],
        })
      ).data[0]
  if (!price) throw new OutsideError('stripe', 'not_found', `get price: no active price for ${reference.lookupKey}`)
  if (price.unit_amount === null) throw new OutsideError('stripe', 'rejected', 'get price: a price without an amount')
  const product = typeof price.product === 'object' && 'name' in price.product ? price.product : null
  return {
    id: price.id,
    lookupKey: price.lookup_key,
    productName: product?.name ?? 'Die Produktivitäts-Werkstatt',
    currency: price.currency,
    unitAmount: price.unit_amount,
    active: price.active,
  }
}

// ── events ───────────────────────────────────────────────────────────────────────────────────────

const TOLERANCE_SECONDS = 300
const eventIdShape = /^[A-Za-z0-9_]{1,255}$/
const eventTypeShape = /^[A-Za-z0-9_.]{1,255}$/

/**
 * A delivery, verified: bytes → ids. `now` is the moment of arrival; `secrets` the current and, while one is being
 * rolled, the previous secret. Throws `signature_invalid` (missing, wrong, older or newer than 300 s; the SDK alone
 * accepts any future time) or `payload_unusable` (BOM, not UTF-8, not JSON, thin event, no usable id).
 */
export function verifyStripeEvent(
  raw: Buffer,
  signatureHeader: string | null,
  secrets: string[],
  now: Date,
): Omit<InboxEvent, 'source' | 'requestId' | 'outcome'> {
  const text = plainText(raw)
  if (!secrets.some((secret) => isSigned(text, signatureHeader, secret, now)))
    throw new AppError('signature_invalid', 'no signature matches')
  const signedAt = Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(signatureHeader ?? '')?.[1] ?? Number.NaN)
  if (!(signedAt - now.getTime() / 1000 <= TOLERANCE_SECONDS))
    throw new AppError('signature_invalid', 'signed in the future')
  const event = parseEvent(text)
  return {
    id: event.id,
    type: event.type,
    objectId: event.objectId,
    livemode: event.livemode,
    apiVersion: event.apiVersion,
    raw,
  }
}

function plainText(raw: Buffer): string {
  // The SDK takes a leading BOM for part of the text; Stripe never sends one.
  if (raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf) throw new AppError('payload_unusable', 'leading BOM')
  const text = raw.toString('utf8')
  if (text.includes('\ufffd') && !Buffer.from(text, 'utf8').equals(raw))
    throw new AppError('payload_unusable', 'not UTF-8')
  return text
}

/** False for every reason the SDK can throw: to the sender they are all one. */
function isSigned(text: string, header: string | null, secret: string, now: Date): boolean {
  if (!header || !secret.trim()) return false
  try {
    return (
      Stripe.webhooks.signature?.verifyHeader(text, header, secret, TOLERANCE_SECONDS, undefined, now.getTime()) ??
      false
    )
  } catch {
    return false
  }
}

function parseEvent(text: string) {
  const event = parseObject(text)
  if (event?.object !== 'event') throw new AppError('payload_unusable', 'not a snapshot event')
  const { id, type } = event
  if (typeof id !== 'string' || typeof type !== 'string' || !eventIdShape.test(id) || !eventTypeShape.test(type))
    throw new AppError('payload_unusable', 'no usable id or type')
  const object = isRecord(event.data) && isRecord(event.data.object) ? event.data.object : {}
  return {
    id,
    type,
    objectId: text255(object.id),
    livemode: event.livemode === true,
    apiVersion: text255(event.api_version),
    object,
  }
}

/**
 * Which of our objects an event rings for. A session names itself; refunds, charges and disputes name their payment
 * intent and charge (a dispute's own id is `dp_…`, its charge is a field).
 */
function referencesOf(raw: Buffer): EventReferences {
  const event = parseObject(raw.toString('utf8'))
  const object = isRecord(event?.data) && isRecord(event.data.object) ? event.data.object : {}
  const kind = object.object
  return {
    sessionId: kind === 'checkout.session' ? text255(object.id) : null,
    paymentIntentId: kind === 'payment_intent' ? text255(object.id) : text255(flat(object.payment_intent)),
    chargeId: kind === 'charge' ? text255(object.id) : text255(flat(object.charge)),
  }
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const flat = (value: unknown) => (isRecord(value) ? value.id : value)
const text255 = (value: unknown) => (typeof value === 'string' && /^[\x20-\x7e]{1,255}$/.test(value) ? value : null)

// ── small things ─────────────────────────────────────────────────────────────────────────────────

const idOf = (reference: string | { id: string } | null | undefined): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null)

const expanded = <T extends object>(reference: string | T | null | undefined): T | null =>
  typeof reference === 'object' ? reference : null

/** Stripe's enums are open: what we do not know is `other`, never a crash. */
const oneOf = <T extends string>(value: string | null, known: readonly T[]): T | 'other' =>
  known.find((one) => one === value) ?? 'other'

const isOutage = (error: OutsideError) => ['timeout', 'refused', 'bad_answer'].includes(error.failure)

/** Stripe's errors, named. A connection error may hide a booked request, so it is ambiguous. */
function nameFailure(what: string, error: unknown): Error {
  if (isOutsideError(error)) return error
  const { errors } = Stripe
  if (!(error instanceof errors.StripeError))
    return error instanceof SyntaxError
      ? new OutsideError('stripe', 'bad_answer', `${what}: unreadable answer`, { cause: error })
      : error instanceof Error
        ? error
        : new Error(String(error))
  const message = `${what}: ${error.type}${error.code ? ` ${error.code}` : ''} ${error.statusCode ?? ''}`.trim()
  const more = { cause: error }
  if (error instanceof errors.StripeRateLimitError || error.statusCode === 429)
    return new OutsideError('stripe', 'rate_limited', message, { ...more, retryAfter: retryAfterOf(error) })
  if (error instanceof errors.StripeConnectionError) {
    const reason = String(error.detail ?? error.message)
    if (/ECONNREFUSED|ENOTFOUND|EHOSTUNREACH/.test(reason)) return new OutsideError('stripe', 'refused', message, more)
    return new OutsideError('stripe', /timeout|aborted/i.test(reason) ? 'timeout' : 'bad_answer', message, more)
  }
  if (error.statusCode === 404) return new OutsideError('stripe', 'not_found', message, more)
  if (error.statusCode === 409) return new OutsideError('stripe', 'rate_limited', message, more)
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new OutsideError('stripe', 'rejected', message, more)
  return new OutsideError('stripe', 'bad_answer', message, more)
}

function retryAfterOf(error: { headers?: Record<string, string> }): number | undefined {
  const seconds = Number(error.headers?.['retry-after'])
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined
}
