import Stripe from 'stripe'
import { AppError } from '#errors'
import { traceparentIn } from '#libs/traceContext.ts'
import type { DeliveredEvent, EventReferences } from '#ports'

const TOLERANCE_SECONDS = 300
const eventIdShape = /^[A-Za-z0-9_]{1,255}$/
const eventTypeShape = /^[A-Za-z0-9_.]{1,255}$/

/**
 * Checks a delivery's content type and then its signature. Throws `unsupported_media_type`, and as `verifyStripeEvent`.
 */
export function readStripeEvent(
  raw: Buffer,
  headers: { get(name: string): string | null },
  secrets: string[],
  now: Date,
): DeliveredEvent {
  if (!/^application\/json\b/i.test(headers.get('content-type') ?? ''))
    throw new AppError('unsupported_media_type', 'a Stripe event is JSON')
  const event = verifyStripeEvent(raw, headers.get('stripe-signature'), secrets, now)
  return { ...event, traceparent: traceparentIn(raw) }
}

/**
 * Checks a delivery's signature and reads its ids. `now` is the moment of arrival; `secrets` the current and, while one
 * is being rolled, the previous secret. Throws `signature_invalid` (missing, wrong), `signature_time` (true, but signed
 * more than 300 s away from `now`, before or after: a clock is wrong) or `payload_unusable` (BOM, not UTF-8, not JSON,
 * thin event, no usable id).
 */
export function verifyStripeEvent(
  raw: Buffer,
  signatureHeader: string | null,
  secrets: string[],
  now: Date,
): Omit<DeliveredEvent, 'traceparent'> {
  const text = plainText(raw)
  const signedAt = Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(signatureHeader ?? '')?.[1] ?? Number.NaN)
  if (Number.isNaN(signedAt) || !secrets.some((secret) => isSigned(text, signatureHeader, secret)))
    throw new AppError('signature_invalid', 'no signature matches')
  refuseOtherTime(signedAt, now)
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
  // The SDK would treat a leading BOM as part of the text; Stripe never sends one.
  if (raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf) throw new AppError('payload_unusable', 'leading BOM')
  const text = raw.toString('utf8')
  if (text.includes('\ufffd') && !Buffer.from(text, 'utf8').equals(raw))
    throw new AppError('payload_unusable', 'not UTF-8')
  return text
}

/** False for every reason the SDK can throw: to the sender they are all one. */
function isSigned(text: string, header: string | null, secret: string): boolean {
  if (!header || !secret.trim()) return false
  try {
    // Tolerance 0 turns the SDK's check of the time off, which accepts any future; we check it both ways ourselves.
    return Stripe.webhooks.signature?.verifyHeader(text, header, secret, 0) ?? false
  } catch {
    return false
  }
}

/** Throws `signature_time`. The signature is true at this point, so a clock is wrong and no stranger is at work. */
function refuseOtherTime(signedAtSeconds: number, now: Date): void {
  const secondsOff = Math.round(signedAtSeconds - now.getTime() / 1000)
  if (Math.abs(secondsOff) > TOLERANCE_SECONDS)
    throw new AppError('signature_time', `signed ${secondsOff} s away from our clock`, { facts: { secondsOff } })
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
 * The objects that an event is about. A session names itself; refunds, charges and disputes name their payment intent
 * and charge (a dispute's own id is `dp_…`, its charge is a field).
 */
export function referencesOf(raw: Buffer): EventReferences {
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
