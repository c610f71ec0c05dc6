import type { StripeSide } from './evidence.ts'

/**
 * What the final truth of a Checkout Session demands, written from Stripe's documents and the invariants, a second
 * time and without a look at the product's rules: two readings that agree are worth more than one.
 */

export interface Expectation {
  state: 'open' | 'expired' | 'pending' | 'failed' | 'paid' | 'refunded' | 'suspended' | 'lost' | 'parked' | 'foreign'
  access: boolean
  /** The letter of that state; everybody who was in it got it. */
  letter: 'welcome' | 'payment_pending' | 'payment_failed' | null
  /** Was this session ever worth a welcome? A purchase refunded before we looked may have had none. */
  everPaid: boolean
  flags: string[]
  /** Nothing was bought: a row may exist or not. */
  mayBeMissing: boolean
}

type Session = StripeSide['sessions'][0]

/** Bought at a price that sells the course. */
const isOurs = (session: Session, stripe: StripeSide): boolean =>
  session.priceIds.some((id) => stripe.prices.some((price) => price.id === id))

/** Bought is something else, but it names an order: only the shop's own buyers know such ids in a run. */
const namesAnOrder = (session: Session): boolean => session.client_reference_id !== null

export function expectationOf(session: Session, stripe: StripeSide): Expectation {
  const none = { access: false, letter: null, everPaid: false, flags: [] as string[], mayBeMissing: false }
  const done = session.status === 'complete'
  const ours = isOurs(session, stripe)
  if (!ours && !namesAnOrder(session)) return { ...none, state: 'foreign', mayBeMissing: !done }
  if (session.status === 'open') return { ...none, state: 'open', mayBeMissing: true }
  if (session.status === 'expired') return { ...none, state: 'expired', mayBeMissing: true }
  if (!ours) return { ...none, state: 'parked', flags: ['unknown_price'] }
  const intent = stripe.paymentIntents.find(({ id }) => id === session.payment_intent)
  if (session.payment_status === 'unpaid')
    return intent?.status === 'processing'
      ? { ...none, state: 'pending', letter: 'payment_pending' }
      : { ...none, state: 'failed', letter: 'payment_failed' }
  return paidExpectation(session, stripe)
}

function paidExpectation(session: Session, stripe: StripeSide): Expectation {
  const mine = <T extends { payment_intent: string | null }>(things: T[]) =>
    session.payment_intent === null ? [] : things.filter((one) => one.payment_intent === session.payment_intent)
  const refunds = mine(stripe.refunds)
  const disputes = mine(stripe.disputes).map(({ status }) => status)
  const sum = (...statuses: string[]) =>
    refunds.filter(({ status }) => statuses.includes(status)).reduce((total, { amount }) => total + amount, 0)
  const returned = sum('succeeded')
  const onItsWay = sum('pending', 'requires_action')
  const all = session.amount_total > 0 && returned + onItsWay >= session.amount_total
  const flags: string[] = []
  if (mine(stripe.fraudWarnings).some(({ actionable }) => actionable)) flags.push('fraud_warning')
  if (returned > 0 && !all) flags.push('partial_refund')
  if (onItsWay > 0) flags.push('refund_pending')
  if (refunds.some(({ status }) => status === 'failed')) flags.push('refund_failed')
  const ended = (state: Expectation['state']): Expectation => ({
    state,
    flags,
    access: false,
    letter: null,
    everPaid: true,
    mayBeMissing: false,
  })
  if (disputes.includes('lost')) return ended('lost')
  if (all) return ended('refunded')
  if (disputes.some((status) => ['needs_response', 'under_review'].includes(status))) return ended('suspended')
  if (session.quantity !== 1) flags.push('quantity')
  if (!(session.customer_details?.email ?? session.customer_email))
    return { ...ended('parked'), flags: [...flags, 'no_address'], everPaid: false }
  return { ...ended('paid'), access: true, letter: 'welcome' }
}
