import Stripe from 'stripe'
import { OutsideError } from '#errors'
import { asRefundFact } from '#libs/stripeAfterSale.ts'
import { knownTraceparent } from '#libs/traceContext.ts'
import type { CheckoutTruth, DisputeFact, FraudWarningFact, InvoiceFact, PriceFact, RefundFact } from '#ports'

const LIST_LIMIT = 100
/** Key in a price's metadata; its value names a product of ours. */
const OPENS_COURSE = 'opens_course'

/**
 * Stripe's truth about one session, in one request for an ordinary card payment. `closely` also asks for what a charge
 * does not show: an inquiry, an early fraud warning (two more requests at the same time).
 */
export async function getCheckout(stripe: Stripe, sessionId: string, closely: boolean): Promise<CheckoutTruth> {
  const session = await stripe.checkout.sessions.retrieve(sessionId, {
    expand: ['line_items', 'payment_intent.latest_charge.refunds', 'invoice'],
  })
  const intent = expanded(session.payment_intent)
  const charge = expanded(intent?.latest_charge ?? null)
  const intentId = idOf(session.payment_intent)
  const [items, refunds, disputes, fraudWarnings] = await Promise.all([
    lineItemsOf(stripe, session),
    charge && intentId ? refundsOf(stripe, charge, intentId) : [],
    intentId && (charge?.disputed || closely) ? disputesOf(stripe, intentId) : [],
    intentId && closely ? fraudWarningsOf(stripe, intentId) : undefined,
  ])
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
    priceIds: items.filter(wasBought).flatMap((item) => idOf(item.price) ?? []),
    namedPrices: items.filter(wasBought).flatMap(namedPrice),
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
    refunds,
    disputes,
    fraudWarnings,
    invoice: invoiceFact(expanded(session.invoice)),
    traceparent: knownTraceparent(session.metadata?.traceparent),
  }
}

/**
 * Reads all line items, because they decide about access: a session brings only the first ten, and a paid session
 * without any is a bad answer.
 */
async function lineItemsOf(stripe: Stripe, session: Stripe.Checkout.Session): Promise<Stripe.LineItem[]> {
  const here = session.line_items
  if (!here && session.mode === 'payment')
    throw new OutsideError('stripe', 'bad_answer', `get checkout: no line items in ${session.id}`)
  if (!here?.has_more) return here?.data ?? []
  return stripe.checkout.sessions.listLineItems(session.id, { limit: LIST_LIMIT }).autoPagingToArray({ limit: 1_000 })
}

/** Where the buyer may change quantities, an item may have quantity 0. */
const wasBought = (item: Stripe.LineItem) => item.quantity !== 0

function namedPrice({ price, description }: Stripe.LineItem): (PriceFact & { opens: string })[] {
  const opens = price?.metadata?.[OPENS_COURSE]
  if (!price || !opens) return []
  const { id, lookup_key: lookupKey, currency, active } = price
  const productName = description ?? 'Die Produktivitäts-Werkstatt'
  return [{ id, lookupKey, productName, currency, unitAmount: price.unit_amount ?? 0, active, opens }]
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

/**
 * Stripe Radar's hint that the card's owner may call this payment a fraud, weeks before a dispute. Undefined when our
 * restricted key may not read it: that must not keep a refund or a dispute from being settled.
 */
async function fraudWarningsOf(stripe: Stripe, intentId: string): Promise<FraudWarningFact[] | undefined> {
  try {
    const { data } = await stripe.radar.earlyFraudWarnings.list({ payment_intent: intentId, limit: LIST_LIMIT })
    return data.map((warning) => ({
      id: warning.id,
      actionable: warning.actionable,
      type: warning.fraud_type,
      createdAt: new Date(warning.created * 1000),
    }))
  } catch (error) {
    if (error instanceof Stripe.errors.StripePermissionError) return undefined
    throw error
  }
}

const invoiceFact = (invoice: Stripe.Invoice | null): InvoiceFact | null =>
  invoice && {
    id: invoice.id,
    number: invoice.number ?? null,
    url: invoice.hosted_invoice_url ?? null,
    pdf: invoice.invoice_pdf ?? null,
  }

export async function findSessionId(
  stripe: Stripe,
  reference: { paymentIntentId?: string | null; chargeId?: string | null; customerId?: string | null },
): Promise<string | null> {
  if (reference.customerId)
    return (await stripe.checkout.sessions.list({ customer: reference.customerId, limit: 1 })).data[0]?.id ?? null
  let intentId = reference.paymentIntentId ?? null
  if (!intentId && reference.chargeId)
    intentId = idOf((await stripe.charges.retrieve(reference.chargeId)).payment_intent)
  if (!intentId) return null
  const { data } = await stripe.checkout.sessions.list({ payment_intent: intentId, limit: 1 })
  return data[0]?.id ?? null
}

const idOf = (reference: string | { id: string } | null | undefined): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null)

const expanded = <T extends object>(reference: string | T | null | undefined): T | null =>
  typeof reference === 'object' ? reference : null

/** Stripe's enums are open: what we do not know is `other`, never a crash. */
const oneOf = <T extends string>(value: string | null, known: readonly T[]): T | 'other' =>
  known.find((one) => one === value) ?? 'other'
