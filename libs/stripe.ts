import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
} from 'cockatiel'
import Stripe from 'stripe'
import { isOutsideError, OutsideError } from '#errors'
import { travelling } from '#libs/mailAddress.ts'
import { storable } from '#libs/storable.ts'
import { createRefund, listCompletedSessions, listEvents } from '#libs/stripeAfterSale.ts'
import { findSessionId, getCheckout } from '#libs/stripeTruth.ts'
import { readStripeEvent, referencesOf } from '#libs/stripeWebhook.ts'
import type { CheckoutInput, Log, Payments, PriceFact } from '#ports'

/** The shapes in this file are those of this version; our webhook endpoint must be set to the same one. */
const STRIPE_API_VERSION = '2026-10-28.endive'

const TIMEOUT_MS = 8_000
/** Also needed for a double click: the second request under one idempotency key gets 409 until the first is done. */
const NETWORK_RETRIES = 2
const BREAKER_FAILURES = 5
const BREAKER_FIRST_WAIT_MS = 1_000
const BREAKER_LONGEST_WAIT_MS = 15_000

export interface StripeConfig {
  secretKey: string
  /** null: api.stripe.com. */
  apiBaseUrl: string | null
  /** The current secret of the webhook and, while one is being rolled, the previous one. */
  webhookSecrets: string[]
}

/**
 * Stripe behind the port `Payments`. Every failure leaves as `OutsideError('stripe', …)`; after five outages in a
 * row the circuit opens and calls fail at once with `circuit_open`, so that a page never waits for a dead Stripe.
 */
export function createPayments(
  config: StripeConfig,
  log: Log,
  { onFailedTry, now = () => new Date() }: { onFailedTry?: (why: string) => void; now?: () => Date } = {},
): Payments {
  const stripe = new Stripe(config.secretKey, {
    apiVersion: STRIPE_API_VERSION,
    timeout: TIMEOUT_MS,
    maxNetworkRetries: NETWORK_RETRIES,
    telemetry: false,
    ...(onFailedTry ? { httpClient: watchedClient(onFailedTry) } : {}),
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
          return storable(await work())
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
    getCheckout: (sessionId, options) =>
      ask('get checkout', () => getCheckout(stripe, sessionId, options?.closely ?? false)),
    findSessionId: (reference) => ask('find session', () => findSessionId(stripe, reference)),
    getPrice: (reference) => ask('get price', () => getPrice(stripe, reference)),
    refund: (input) => ask('refund', () => createRefund(stripe, input)),
    listEvents: (input) => ask('list events', () => listEvents(stripe, input)),
    listCompletedSessions: (input) => ask('list sessions', () => listCompletedSessions(stripe, input)),
    readEvent: (raw, headers) => readStripeEvent(raw, headers, config.webhookSecrets, now()),
    referencesOf,
  }
}

/** An HTTP client that reports every failed try, which the SDK repeats by itself: a status, `timeout` or `cut`. */
function watchedClient(onFailedTry: (why: string) => void) {
  const client = Stripe.createNodeHttpClient()
  const request = client.makeRequest.bind(client)
  client.makeRequest = async (...call) => {
    try {
      const answer = await request(...call)
      const status = answer.getStatusCode()
      if (status >= 500 || status === 429) onFailedTry(String(status))
      return answer
    } catch (error) {
      onFailedTry((error as NodeJS.ErrnoException).code === 'ETIMEDOUT' ? 'timeout' : 'cut')
      throw error
    }
  }
  return client
}

function whereTheSdkTalksTo(baseUrl: string): { host: string; port: number; protocol: 'http' | 'https' } {
  const url = new URL(baseUrl)
  const protocol = url.protocol === 'http:' ? 'http' : 'https'
  return { host: url.hostname, port: Number(url.port) || (protocol === 'http' ? 80 : 443), protocol }
}

/**
 * Opens a Checkout Session in payment mode. Without `payment_method_types`, which Stripe refuses since `endive`:
 * methods are chosen in the Dashboard. Everything sent depends on `input` alone, because a repeated idempotency key
 * must send the same.
 */
async function createCheckout(stripe: Stripe, input: CheckoutInput) {
  const metadata = {
    order_id: input.orderId,
    product_type: input.productType,
    request_id: input.requestId,
    ...(input.traceparent ? { traceparent: input.traceparent } : {}),
  }
  const session = await stripe.checkout.sessions.create(
    {
      mode: 'payment',
      locale: 'de',
      line_items: [{ price: input.priceId, quantity: 1 }],
      allow_promotion_codes: true,
      // A guest is enough: our person, not Stripe's customer, owns the course.
      customer_creation: 'if_required',
      ...(input.invoice ? withInvoice(input) : { billing_address_collection: 'auto' as const }),
      success_url: input.successUrl,
      cancel_url: input.cancelUrl,
      client_reference_id: input.orderId,
      expires_at: Math.floor(input.expiresAt.getTime() / 1000),
      metadata,
      // Refunds and disputes do not carry the session's metadata, so the payment intent has them too.
      payment_intent_data: { metadata },
      ...(input.email ? { customer_email: travelling(input.email) } : {}),
    },
    { idempotencyKey: input.idempotencyKey },
  )
  if (!session.url) throw new OutsideError('stripe', 'bad_answer', 'create checkout: session without url')
  return { sessionId: session.id, url: session.url, expiresAt: new Date(session.expires_at * 1000) }
}

/**
 * An invoice needs name and full address (§ 14 Abs. 4 UStG); the billing address brings both. Companies tick a box and
 * give VAT id and legal name. With invoices Stripe makes a customer by itself (`if_required`).
 */
function withInvoice(input: CheckoutInput) {
  return {
    billing_address_collection: 'required' as const,
    tax_id_collection: { enabled: true },
    invoice_creation: {
      enabled: true,
      invoice_data: {
        metadata: { order_id: input.orderId },
        ...(input.invoiceFooter ? { footer: input.invoiceFooter } : {}),
      },
    },
  }
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

const isOutage = (error: OutsideError) => ['timeout', 'refused', 'bad_answer'].includes(error.failure)

/** Names Stripe's errors. After a connection error the request may have been booked, so it is ambiguous. */
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
