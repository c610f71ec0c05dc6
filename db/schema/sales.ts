import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { createdAt, instant, wordsOf } from './columns.ts'

/**
 * Mirror of every Stripe price that is or was ours, written by the worker, read by every page; no row is ever deleted.
 */
export const price = pgTable('price', {
  id: text('id').primaryKey(),
  productType: text('product_type').notNull(),
  lookupKey: text('lookup_key'),
  productName: text('product_name').notNull(),
  currency: text('currency').notNull(),
  /** Cents, gross. */
  unitAmount: integer('unit_amount').notNull(),
  active: boolean('active').notNull(),
  current: boolean('current').notNull().default(true),
  fetchedAt: instant('fetched_at').notNull(),
})

/** What somebody was about to order, with the declarations as given. Not yet a contract. */
export const orderDraft = pgTable(
  'order_draft',
  {
    id: uuid('id').primaryKey(),
    attemptId: uuid('attempt_id').unique(),
    paramsHash: text('params_hash').notNull(),
    productType: text('product_type').notNull(),
    email: text('email'),
    /** Set when a logged-in person orders. */
    personId: uuid('person_id'),
    shownAmount: integer('shown_amount').notNull(),
    currency: text('currency').notNull(),
    consentStartNow: boolean('consent_start_now').notNull().default(false),
    consentAcknowledgesLoss: boolean('consent_acknowledges_loss').notNull().default(false),
    consentTextVersion: text('consent_text_version').notNull(),
    consentAt: instant('consent_at'),
    termsVersion: text('terms_version').notNull(),
    requestId: text('request_id').notNull(),
    /** W3C trace context of the click; travels through Stripe's metadata, events, jobs and letters. */
    traceparent: text('traceparent'),
    /** The newest Checkout Session of this draft. */
    sessionId: text('session_id'),
    sessionUrl: text('session_url'),
    sessionExpiresAt: instant('session_expires_at'),
    /** When Stripe told us that this session closed unpaid; if the order has a purchase, the purchase counts. */
    sessionExpiredAt: instant('session_expired_at'),
    /** SHA-256 of the nonce in the checkout cookie. */
    cookieHash: text('cookie_hash'),
    cookieSpentAt: instant('cookie_spent_at'),
    createdAt: createdAt(),
  },
  (table) => [index('order_draft_session').on(table.sessionId)],
)

/**
 * One per paid or pending Checkout Session: the fulfilment key is the session id (recovered sessions have a new one).
 */
export const purchase = pgTable(
  'purchase',
  {
    id: uuid('id').primaryKey(),
    /** Human number, shown as W-2026-0117. */
    number: bigint('number', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    sessionId: text('session_id').notNull().unique(),
    orderId: uuid('order_id'),
    personId: uuid('person_id'),
    /** Raised by every settle, even one that changes nothing, so that a late write of an old fetch is recognised. */
    version: integer('version').notNull().default(0),
    state: text('state', {
      enum: ['open', 'pending', 'paid', 'failed', 'expired', 'refunded', 'suspended', 'lost', 'parked', 'foreign'],
    }).notNull(),
    paymentStatus: text('payment_status').notNull(),
    amountSubtotal: integer('amount_subtotal').notNull().default(0),
    amountDiscount: integer('amount_discount').notNull().default(0),
    amountTax: integer('amount_tax').notNull().default(0),
    amountTotal: integer('amount_total').notNull().default(0),
    amountRefunded: integer('amount_refunded').notNull().default(0),
    currency: text('currency').notNull().default('eur'),
    quantity: integer('quantity').notNull().default(1),
    priceId: text('price_id'),
    /** Every price that was bought, ours or not; null in rows older than this column, until their next settle. */
    priceIds: text('price_ids').array(),
    livemode: boolean('livemode').notNull(),
    paymentIntentId: text('payment_intent_id'),
    chargeId: text('charge_id'),
    email: text('email'),
    name: text('name'),
    country: text('country'),
    /** `double_payment`, `quantity`, `no_address`, …: what a person should look at. */
    flags: text('flags').array().notNull().default(sql`'{}'`),
    /** Flags that a person has ticked off; they stay ticked off when a settle raises them again. */
    flagsSeen: text('flags_seen').array().notNull().default(sql`'{}'`),
    /** The session this one was recovered from, after that one expired. */
    recoveredFrom: text('recovered_from'),
    /** Stripe's invoice, with `invoice_creation` only. */
    invoiceId: text('invoice_id'),
    invoiceNumber: text('invoice_number'),
    invoiceUrl: text('invoice_url'),
    invoicePdf: text('invoice_pdf'),
    /**
     * The address that the buyer gave us when Stripe had no usable one, or corrected while the payment was on its way.
     * Our own fact: no settle ever writes it.
     */
    emailGiven: text('email_given'),
    /** The buyer corrected a mistyped address, once. `email` stays what Stripe says. */
    addressCorrectedAt: instant('address_corrected_at'),
    /** When the access of an order that cost nothing was ended by hand. Our own fact: every settle keeps it. */
    accessEndedAt: instant('access_ended_at'),
    requestId: text('request_id'),
    traceparent: text('traceparent'),
    createdAt: createdAt(),
    paidAt: instant('paid_at'),
    settledAt: instant('settled_at').notNull().defaultNow(),
  },
  (table) => [
    index('purchase_created').on(table.createdAt),
    index('purchase_settled').on(table.settledAt),
    index('purchase_email').on(sql`lower(${table.email})`),
    index('purchase_person').on(table.personId),
    index('purchase_payment_intent').on(table.paymentIntentId),
    index('purchase_charge').on(table.chargeId),
    index('purchase_invoice').on(table.invoiceId),
    uniqueIndex('purchase_number').on(table.number),
    index('purchase_words').using('gin', wordsOf(table.name, table.email)),
  ],
)

/** Mirror of one Stripe refund, written by every settle: one row however many events told of it. */
export const refund = pgTable(
  'refund',
  {
    /** `re_…` */
    id: text('id').primaryKey(),
    purchaseId: uuid('purchase_id')
      .notNull()
      .references(() => purchase.id),
    amount: integer('amount').notNull(),
    /** Stripe's word: pending, requires_action, succeeded, failed, canceled, or one invented later. */
    status: text('status').notNull(),
    failureReason: text('failure_reason'),
    createdAt: instant('created_at').notNull(),
    seenAt: instant('seen_at').notNull(),
  },
  (table) => [index('refund_purchase').on(table.purchaseId)],
)

/** Mirror of one Stripe dispute. */
export const dispute = pgTable(
  'dispute',
  {
    /** `dp_…` or `du_…` */
    id: text('id').primaryKey(),
    purchaseId: uuid('purchase_id')
      .notNull()
      .references(() => purchase.id),
    amount: integer('amount').notNull(),
    status: text('status').notNull(),
    reason: text('reason'),
    /** Until then the operator may answer with evidence. */
    evidenceDueAt: instant('evidence_due_at'),
    createdAt: instant('created_at').notNull(),
    seenAt: instant('seen_at').notNull(),
  },
  (table) => [index('dispute_purchase').on(table.purchaseId)],
)

/** Mirror of one of Stripe Radar's early fraud warnings. */
export const fraudWarning = pgTable(
  'fraud_warning',
  {
    /** `issfr_…` */
    id: text('id').primaryKey(),
    purchaseId: uuid('purchase_id')
      .notNull()
      .references(() => purchase.id),
    /** Stripe's `fraud_type`. */
    type: text('type').notNull(),
    /** False once refunded or disputed: nothing left to do. */
    actionable: boolean('actionable').notNull(),
    createdAt: instant('created_at').notNull(),
    seenAt: instant('seen_at').notNull(),
  },
  (table) => [index('fraud_warning_purchase').on(table.purchaseId)],
)

/** A declaration of withdrawal (§ 356a BGB) exactly as it came in; also one that fits no order is kept and answered. */
export const withdrawal = pgTable(
  'withdrawal',
  {
    id: uuid('id').primaryKey(),
    /** Server time with seconds: what the receipt states. */
    receivedAt: instant('received_at').notNull(),
    name: text('name').notNull(),
    /** Order number or whatever the buyer typed to name the contract. */
    contract: text('contract').notNull(),
    email: text('email').notNull(),
    /** The purchase it most likely means; null: a person looks. */
    purchaseId: uuid('purchase_id'),
    state: text('state', { enum: ['new', 'accepted', 'refused'] })
      .notNull()
      .default('new'),
    decidedAt: instant('decided_at'),
    decidedBy: text('decided_by'),
    note: text('note'),
    requestId: text('request_id'),
  },
  (table) => [index('withdrawal_received').on(table.receivedAt), index('withdrawal_purchase').on(table.purchaseId)],
)

/**
 * „Bezahlt, aber kein Zugang?“: claims that only a person can decide. One that could be repaired at once is not kept.
 */
export const accessClaim = pgTable(
  'access_claim',
  {
    /** The job's id: a repeated job is the same claim. */
    id: uuid('id').primaryKey(),
    receivedAt: instant('received_at').notNull(),
    /** Where the asking person wants the answer; not proven to be theirs. */
    email: text('email').notNull(),
    /** Order number, receipt number or session id as typed. */
    reference: text('reference'),
    /** The order it most likely means; null: nothing of ours fits. */
    purchaseId: uuid('purchase_id'),
    /** Stable code: `no_address`, `other_address`, `letter_lost`, `order_parked`, `unknown_order`. */
    why: text('why').notNull(),
    closedAt: instant('closed_at'),
    closedBy: text('closed_by'),
  },
  (table) => [
    index('access_claim_open').on(table.receivedAt).where(sql`closed_at is null`),
    index('access_claim_purchase').on(table.purchaseId),
  ],
)

/** How far a resumable piece of work has come, such as the reconciler. */
export const cursor = pgTable('bookmark', {
  name: text('name').primaryKey(),
  value: jsonb('value').$type<Record<string, unknown>>().notNull(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
})
