import { normalizeEmail } from '#domain/access/rules.ts'
import { berlinDay } from '#domain/calendar/berlinDays.ts'
import type { CheckoutTruth } from '#ports'

/**
 * Sales rules without I/O. A purchase's state is computed from Stripe's truth of this moment and our own facts,
 * never from its previous state, so no order, repetition or delay of events can change the result (I5).
 */

export type PurchaseState =
  | 'open'
  | 'pending'
  | 'paid'
  | 'failed'
  | 'expired'
  | 'refunded'
  | 'suspended'
  | 'lost'
  | 'parked'
  | 'foreign'

/** What a person should look at; `double_payment` is kept apart, because it speaks about two purchases. */
export type PurchaseFlag =
  | 'quantity'
  | 'no_address'
  | 'unknown_price'
  | 'other_items'
  | 'odd_status'
  | 'partial_refund'
  | 'refund_pending'
  | 'refund_failed'
  | 'inquiry'
  | 'dispute'
  | 'odd_dispute'
  | 'refund_and_dispute'
  | 'fraud_warning'

/** States of an order that stands: it gives access, or would once its cause is over. */
export const standing: readonly PurchaseState[] = ['paid', 'suspended', 'parked']

/** The letter a state owes; refunds have one each, see `letterRules.ts`. */
export type StateLetter = 'welcome' | 'payment_pending' | 'payment_failed'

/** The one product, and the course it opens. */
export const products: Record<string, { course: string }> = { kurs: { course: 'kurs' } }
const isProduct = (name: string | null): name is string => name !== null && Object.hasOwn(products, name)

export interface OwnFacts {
  livemode: boolean
  /** Stripe price ids that were ever ours. */
  ourPriceIds: string[]
  /** Whether we wrote a draft for this session's order id. That alone does not make it a purchase of ours. */
  hasDraft: boolean
  /** The last close look found an open early fraud warning; counts only when Stripe was not asked again. */
  warned?: boolean
  /** Somebody ended this order's access by hand; counts only while the order cost nothing. */
  accessEnded?: boolean
}

export interface ComputedPurchase {
  state: PurchaseState
  access: boolean
  flags: PurchaseFlag[]
  /** The letter that this state owes the buyer, at most once per purchase and kind. */
  letter: StateLetter | null
  /** Cents of refunds that succeeded. */
  amountRefunded: number
  /** All the money went back or is on its way. */
  refundedInFull: boolean
}

/**
 * Stripe's truth → our purchase.
 * Fulfilled is `complete` with `paid` or `no_payment_required` (docs.stripe.com/checkout/fulfillment); completed
 * but unpaid is a delayed method on its way. Refunds that succeeded or are pending and reach the total end access, a
 * failed refund gives it back; a dispute suspends, a won one restores, a lost one ends it.
 */
export function computePurchase(truth: CheckoutTruth, own: OwnFacts): ComputedPurchase {
  const nothing = { access: false, flags: [] as PurchaseFlag[], letter: null, amountRefunded: 0, refundedInFull: false }
  const ours = pricesOfOurs(truth, own).length > 0
  if (truth.livemode !== own.livemode || (!ours && !claimsToBeOurs(truth, own))) return { ...nothing, state: 'foreign' }
  if (truth.status === 'expired') return { ...nothing, state: 'expired' }
  if (truth.status === 'open') return { ...nothing, state: 'open' }
  if (truth.status === 'other' || truth.paymentStatus === 'other')
    return { ...nothing, state: 'parked', flags: ours ? ['odd_status'] : ['odd_status', 'unknown_price'] }
  if (truth.paymentStatus === 'unpaid') return unpaid(truth, ours)
  return paid(truth, own)
}

/** docs.stripe.com/checkout/fulfillment: completed, and nothing is owed any more. */
export const isFulfilled = ({ status, paymentStatus }: CheckoutTruth): boolean =>
  status === 'complete' && ['paid', 'no_payment_required'].includes(paymentStatus)

/**
 * The bought prices that are or once were ours: those that the setting ever named, which the mirror keeps, and those
 * whose own metadata say that they open the course. Only they open it. What a *session* says is no proof: anybody may
 * put an order's id behind a Payment Link, and metadata get copied (docs/decisions/onlyOurPrices.md).
 */
export function pricesOfOurs(truth: CheckoutTruth, own: Pick<OwnFacts, 'ourPriceIds'>): string[] {
  const named = ownNames(truth).map(({ id }) => id)
  return truth.priceIds.filter((id) => own.ourPriceIds.includes(id) || named.includes(id))
}

/** Prices whose own metadata name a product of ours. We keep them: removing the metadata later closes nothing. */
export const ownNames = ({ namedPrices = [] }: CheckoutTruth) => namedPrices.filter(({ opens }) => isProduct(opens))

/**
 * Whether the session names one of our orders or our product. With a foreign price it is then parked for a person; a
 * session that does neither belongs to another shop in the same account, and we keep only its ids.
 */
const claimsToBeOurs = (truth: CheckoutTruth, own: OwnFacts): boolean => own.hasDraft || isProduct(truth.productType)

/** A payment on its way or failed; there are letters about it only if it is for something of ours. */
function unpaid(truth: CheckoutTruth, ours: boolean): ComputedPurchase {
  const nothing = { access: false, amountRefunded: 0, refundedInFull: false }
  const flags: PurchaseFlag[] = ours ? [] : ['unknown_price']
  const failed = ['requires_payment_method', 'canceled'].includes(truth.paymentIntentStatus ?? '')
  return failed
    ? { ...nothing, flags, state: 'failed', letter: ours ? 'payment_failed' : null }
    : { ...nothing, flags, state: 'pending', letter: ours ? 'payment_pending' : null }
}

function paid(truth: CheckoutTruth, own: OwnFacts): ComputedPurchase {
  const refund = sumRefunds(truth)
  const dispute = weighDisputes(truth)
  const flags: PurchaseFlag[] = [...refund.flags, ...dispute.flags]
  if (truth.fraudWarnings ? truth.fraudWarnings.some(({ actionable }) => actionable) : own.warned)
    flags.push('fraud_warning')
  const ours = pricesOfOurs(truth, own).length
  if (ours === 0) flags.push('unknown_price')
  // A SEPA dispute may follow a refund: without the refund's receipt as an answer the money goes back twice.
  if (refund.full && dispute.verdict) flags.push('refund_and_dispute')
  const result = (state: PurchaseState, letter: StateLetter | null = null): ComputedPurchase => ({
    state,
    access: state === 'paid',
    flags,
    letter,
    amountRefunded: refund.succeeded,
    refundedInFull: refund.full,
  })
  if (dispute.verdict === 'lost') return result('lost')
  if (refund.full || (own.accessEnded && truth.amountTotal === 0)) return result('refunded')
  if (dispute.verdict === 'suspended') return result('suspended')
  if (ours === 0) return result('parked')
  // Paid is paid: one grant whatever the quantity, and a flag for a person to look at the difference.
  if (ours < truth.priceIds.length) flags.push('other_items')
  else if (truth.quantity !== 1) flags.push('quantity')
  if (truth.email === null || normalizeEmail(truth.email) === null) {
    flags.push('no_address')
    return result('parked')
  }
  return result('paid', 'welcome')
}

/** Cents that went back (`succeeded`), cents that are `left`, whether everything is gone (`full`), and the flags. */
export function sumRefunds(truth: CheckoutTruth) {
  const sum = (statuses: string[]) =>
    truth.refunds.filter(({ status }) => statuses.includes(status)).reduce((total, { amount }) => total + amount, 0)
  const succeeded = sum(['succeeded'])
  const underway = sum(['pending', 'requires_action'])
  const left = Math.max(0, truth.amountTotal - succeeded - underway)
  const full = truth.amountTotal > 0 && left === 0
  const flags: PurchaseFlag[] = []
  if (!full && succeeded > 0) flags.push('partial_refund')
  if (underway > 0) flags.push('refund_pending')
  if (truth.refunds.some(({ status }) => status === 'failed')) flags.push('refund_failed')
  return { succeeded, left, full, flags }
}

const disputeStates: Record<string, 'nothing' | 'inquiry' | 'suspended' | 'lost'> = {
  won: 'nothing',
  prevented: 'nothing',
  warning_closed: 'nothing',
  // An inquiry moves no money yet: a person should answer it, and the buyer keeps the access.
  warning_needs_response: 'inquiry',
  warning_under_review: 'inquiry',
  needs_response: 'suspended',
  under_review: 'suspended',
  appeal_needs_response: 'suspended',
  appeal_under_review: 'suspended',
  lost: 'lost',
}

/** What the disputes of a payment mean for access: `lost`, `suspended`, or null; and the flags. */
export function weighDisputes(truth: CheckoutTruth) {
  const weights = truth.disputes.map(({ status }) => disputeStates[status])
  const flags: PurchaseFlag[] = []
  if (weights.includes('inquiry')) flags.push('inquiry')
  if (weights.includes(undefined)) flags.push('odd_dispute')
  if (weights.includes('suspended') || weights.includes('lost')) flags.push('dispute')
  if (weights.includes('lost')) return { verdict: 'lost' as const, flags }
  // A status that this code does not know: the money is probably held, so access rests and a person looks.
  if (weights.includes('suspended') || weights.includes(undefined)) return { verdict: 'suspended' as const, flags }
  return { verdict: null, flags }
}

// ── events ───────────────────────────────────────────────────────────────────────────────────────

/** Event types that make us settle a purchase. The reconciler asks Stripe for missed events of these types. */
export const settleEventTypes = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.refunded',
  'charge.refund.updated',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'radar.early_fraud_warning.created',
  'radar.early_fraud_warning.updated',
] as const

export type EventDuty = 'settle' | 'mirror_price' | 'ignore'

/**
 * What an event of this type makes us do. `payment_intent.*`, `charge.succeeded` and their like are left out on
 * purpose: each payment sends several of them, and the session's own events say the same.
 */
export function dutyOf(type: string): EventDuty {
  if ((settleEventTypes as readonly string[]).includes(type)) return 'settle'
  if (/^(price|product)\.(created|updated|deleted)$/.test(type)) return 'mirror_price'
  return 'ignore'
}

/** Whether the event is about something that the payment itself does not show: a fraud warning or a bank's inquiry. */
export const needsCloseLook = (type: string) => /^(charge\.dispute|radar)\./.test(type)

// ── the order ────────────────────────────────────────────────────────────────────────────────────

export const orderLimits = {
  /** Stripe closes an unpaid session after this time; it allows 30 minutes to 24 hours. */
  checkoutOpenMs: 6 * 3_600_000,
  /** A stored session with less left is replaced instead of handed out again. */
  checkoutReuseMs: 2 * 60_000,
  urlLength: 2_000,
  /** The browser that paid may log in without a letter at most this long after opening the checkout. */
  cookieMs: 60 * 60_000,
  settleTries: 5,
  /** How long a judgement that a price is foreign holds, and how old the mirror it rests on may be. */
  priceNewsMs: 5 * 60_000,
} as const

const SESSION_PLACEHOLDER = '{CHECKOUT_SESSION_ID}'

/**
 * Our own address with Stripe's session placeholder as `session_id`, or null when it leads anywhere else. Takes a
 * path or a full address; refuses other origins, user info and anything that is not one of ours.
 */
export function returnUrl(given: string, siteUrl: string, withSession: boolean): string | null {
  if (given.length > orderLimits.urlLength || !/^[\x21-\x7e]+$/.test(given) || given.includes('\\')) return null
  if (!/^(\/(?!\/)|https?:\/\/)/i.test(given) || !URL.canParse(given, siteUrl)) return null
  const url = new URL(given, siteUrl)
  if (url.origin !== new URL(siteUrl).origin || url.username || url.password) return null
  if (!withSession) return url.href
  if (url.searchParams.get('session_id') === SESSION_PLACEHOLDER)
    return url.href.replaceAll('%7BCHECKOUT_SESSION_ID%7D', SESSION_PLACEHOLDER)
  url.searchParams.delete('session_id')
  const { hash } = url
  url.hash = ''
  // By hand: URLSearchParams would escape the braces, and Stripe replaces only the bare placeholder.
  return `${url.href}${url.search ? '&' : '?'}session_id=${SESSION_PLACEHOLDER}${hash}`
}

/** The number people read out on the telephone: „W-2026-0117“. */
export function orderNumber(number: number, createdAt: Date): string {
  return `W-${berlinDay(createdAt).slice(0, 4)}-${String(number).padStart(4, '0')}`
}

/** „W-2026-0117“ or „117“ → 117; null for anything else. */
export function parseOrderNumber(text: string): number | null {
  const digits = /^(?:W-\d{4}-)?(\d{1,12})$/i.exec(text.trim())?.[1]
  return digits === undefined ? null : Number(digits)
}

/** Paid, but nobody to let in: Stripe gave no usable address, and nothing else stands in the way. */
export const lacksAddress = ({ state, flags }: { state: PurchaseState; flags: string[] }): boolean =>
  state === 'parked' && flags.includes('no_address')

/**
 * Where the letters of an order without an account go; an address just given counts until the next settle copies it.
 */
export const orderAddress = (order: { email: string | null; emailGiven: string | null }): string | null =>
  order.email ?? order.emailGiven

/** Whether this has the form of a Checkout Session's id. */
export const isSessionId = (text: string): boolean => /^cs_[A-Za-z0-9_]{1,250}$/.test(text)

/** What somebody typed to name an order, on one line and at most 255 characters; null for nothing. */
export function claimReference(text: string | null | undefined): string | null {
  const plain = (text ?? '').normalize('NFKC').replace(/\s+/g, ' ').trim().slice(0, 255)
  return plain === '' ? null : plain
}

export type PaymentView = 'open' | 'pending' | 'paid' | 'failed' | 'expired' | 'refunded' | 'suspended' | 'parked'

/** What the buyer is told: an unknown or foreign session counts as open, a lost dispute as suspended. */
export function paymentView(state: PurchaseState | null): PaymentView {
  if (state === null || state === 'foreign') return 'open'
  return state === 'lost' ? 'suspended' : state
}
