export interface PriceFact {
  id: string
  lookupKey: string | null
  productName: string
  currency: string
  unitAmount: number
  active: boolean
}

export interface CheckoutInput {
  priceId: string
  successUrl: string
  cancelUrl: string
  /** Our order id: travels as client_reference_id and in the metadata of session and payment intent. */
  orderId: string
  productType: string
  email: string | null
  requestId: string
  idempotencyKey: string
  /** Stripe writes an invoice once it is paid, and asks for name, address, company and VAT id. */
  invoice: boolean
  /** A line under the invoice: why it shows no VAT. */
  invoiceFooter?: string | null
  /** When Stripe closes the unpaid session: 30 minutes to 24 hours from now. Must stay the same for one key. */
  expiresAt: Date
  /** From the draft's row: travels in the metadata of session and payment intent, and back with every event. */
  traceparent?: string | null
}

/** The objects that an event is about; ids only, everything else is fetched. */
export interface EventReferences {
  sessionId: string | null
  paymentIntentId: string | null
  chargeId: string | null
}

export interface RefundFact {
  id: string
  amount: number
  status: string
  failureReason?: string | null
  createdAt?: Date
  /** Key of the click that asked for it, from the refund's metadata; null for one made in Stripe's Dashboard. */
  askedBy?: string | null
}

export interface DisputeFact {
  id: string
  status: string
  amount: number
  reason?: string | null
  evidenceDueAt?: Date | null
  createdAt?: Date
}

/** Stripe Radar's hint before a dispute. */
export interface FraudWarningFact {
  id: string
  /** False once refunded or disputed: nothing left to do. */
  actionable: boolean
  type: string
  createdAt: Date
}

export interface InvoiceFact {
  id: string
  number: string | null
  /** Stripe's page with the invoice. */
  url: string | null
  pdf: string | null
}

/** One event as Stripe delivered it, its signature true. */
export interface DeliveredEvent {
  id: string
  type: string
  objectId: string | null
  livemode: boolean
  apiVersion: string | null
  raw: Buffer
  /** W3C trace context of our own metadata in it. */
  traceparent: string | null
}

/** One event as Stripe's list tells it: enough to store it as if it had been delivered. */
export interface ListedEvent {
  id: string
  type: string
  objectId: string | null
  livemode: boolean
  apiVersion: string | null
  createdAt: Date
  raw: Buffer
}

/** One Checkout Session with its payment, refunds and disputes, as Stripe sees them at this moment. */
export interface CheckoutTruth {
  sessionId: string
  status: 'open' | 'complete' | 'expired' | 'other'
  paymentStatus: 'paid' | 'unpaid' | 'no_payment_required' | 'other'
  livemode: boolean
  createdAt: Date
  amountSubtotal: number
  amountDiscount: number
  amountTax: number
  amountTotal: number
  currency: string
  quantity: number
  /** The prices of its line items, all pages; one whose quantity is 0 was not bought. */
  priceIds: string[]
  /** Those of them whose metadata name a course (`opens_course`), which the operator sets in Stripe's Dashboard. */
  namedPrices?: (PriceFact & { opens: string })[]
  orderId: string | null
  productType: string | null
  requestId: string | null
  recoveredFrom: string | null
  email: string | null
  name: string | null
  country: string | null
  paymentIntentId: string | null
  paymentIntentStatus: string | null
  chargeId: string | null
  paidAt: Date | null
  receiptUrl: string | null
  refunds: RefundFact[]
  disputes: DisputeFact[]
  /** Absent unless asked for with `closely`: nothing is known about them then. */
  fraudWarnings?: FraudWarningFact[]
  invoice?: InvoiceFact | null
  /** W3C trace context of the click that opened the session. */
  traceparent?: string | null
}

/** All calls throw `OutsideError('stripe', …)`. */
export interface Payments {
  createCheckout(input: CheckoutInput): Promise<{ sessionId: string; url: string; expiresAt: Date }>
  expireCheckout(sessionId: string): Promise<void>
  /** `closely` also reads inquiries and early fraud warnings, which the payment itself does not announce. */
  getCheckout(sessionId: string, options?: { closely?: boolean }): Promise<CheckoutTruth>
  /** The Checkout Session a payment intent or charge belongs to, or a customer's newest; null when there is none. */
  findSessionId(reference: {
    paymentIntentId?: string | null
    chargeId?: string | null
    customerId?: string | null
  }): Promise<string | null>
  getPrice(reference: { id?: string; lookupKey?: string }): Promise<PriceFact>
  /** `amount` in cents, null = what is left. The same key gives the same refund. */
  refund(input: {
    paymentIntentId: string
    amount: number | null
    idempotencyKey: string
    metadata: Record<string, string>
  }): Promise<RefundFact>
  /** Newest first, a page at a time; `after` is the last id of the page before. Stripe keeps events for 30 days. */
  listEvents(input: {
    types: string[]
    since: Date
    after?: string
    limit: number
  }): Promise<{ events: ListedEvent[]; more: boolean }>
  /** Completed sessions created since then, newest first, ids only. */
  listCompletedSessions(input: {
    since: Date
    after?: string
    limit: number
  }): Promise<{ sessionIds: string[]; last: string | null; more: boolean }>
  /**
   * Checks a delivery's signature and reads its ids. Throws `unsupported_media_type`, `signature_invalid`,
   * `signature_time` (a true one of another time: a clock is wrong), `payload_unusable`.
   */
  readEvent(raw: Buffer, headers: { get(name: string): string | null }): DeliveredEvent
  /** Reads the ids in a stored event body, asking nobody; all null when it is unreadable. */
  referencesOf(raw: Buffer): EventReferences
}
