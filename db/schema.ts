import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  customType,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core'

/**
 * Every table, grouped by the folder that owns it; `db/schema.md` explains them in words.
 * Only the owner's `store.ts` (or the named lib) may touch a table. Money is cents, time is an instant.
 */
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const createdAt = () => instant('created_at').notNull().defaultNow()

/** A set of `[from, to)` in whole milliseconds, e.g. `{[0,41500),[60000,90000)}`; union is `+` in SQL. */
const watchedRanges = customType<{ data: string }>({ dataType: () => 'int4multirange' })
const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

// ── domain/access ────────────────────────────────────────────────────────────────────────────────

/** Words of a name and parts of an address, for the operator's search by their beginnings. */
export const wordsOf = (name: AnyPgColumn, address: AnyPgColumn) =>
  sql`to_tsvector('simple', coalesce(${name}, '') || ' ' || translate(coalesce(${address}, ''), '@.-_+', '     '))`

export const person = pgTable(
  'person',
  {
    id: uuid('id').primaryKey(),
    /** NFKC, trimmed, lower case: the identity. */
    emailNormal: text('email_normal').notNull().unique(),
    /** As typed: where letters go. */
    emailRaw: text('email_raw').notNull(),
    name: text('name'),
    role: text('role', { enum: ['learner', 'admin'] })
      .notNull()
      .default('learner'),
    /** Raised by „überall abmelden“; a session with an older version is over. */
    sessionVersion: integer('session_version').notNull().default(1),
    /** Text such as `purchase:{id}`: which event made this account. The success page may log in only that purchase. */
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    firstLoginAt: instant('first_login_at'),
  },
  (table) => [
    index('person_created').on(table.createdAt),
    index('person_words').using('gin', wordsOf(table.name, table.emailNormal)),
  ],
)

export const session = pgTable(
  'session',
  {
    id: uuid('id').primaryKey(),
    personId: uuid('person_id')
      .notNull()
      .references(() => person.id),
    kind: text('kind', { enum: ['proven', 'unproven'] }).notNull(),
    personVersion: integer('person_version').notNull(),
    /** „Firefox auf Windows“: shown in the account, never an address. */
    device: text('device').notNull(),
    createdAt: createdAt(),
    expiresAt: instant('expires_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull().defaultNow(),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('session_person').on(table.personId)],
)

/** One row per letter that carries a link or a code. Only hashes: the token itself is HMAC(key, outbox id). */
export const loginToken = pgTable(
  'login_token',
  {
    /** The outbox letter's id. */
    id: uuid('id').primaryKey(),
    personId: uuid('person_id')
      .notNull()
      .references(() => person.id),
    purpose: text('purpose', { enum: ['login', 'welcome'] }).notNull(),
    tokenHash: text('token_hash').notNull().unique(),
    codeHash: text('code_hash'),
    /** SHA-256 of the pre-login cookie: the code works only in the browser that asked. */
    browserHash: text('browser_hash'),
    codeTries: integer('code_tries').notNull().default(0),
    next: text('next'),
    createdAt: createdAt(),
    expiresAt: instant('expires_at').notNull(),
    consumedAt: instant('consumed_at'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('login_token_person').on(table.personId), index('login_token_browser').on(table.browserHash)],
)

export const accessGrant = pgTable(
  'access_grant',
  {
    id: uuid('id').primaryKey(),
    personId: uuid('person_id')
      .notNull()
      .references(() => person.id),
    course: text('course').notNull(),
    /** `purchase:{id}` or `hand:{audit id}`: why this grant exists; access stores it and never asks. */
    source: text('source').notNull(),
    startsAt: instant('starts_at').notNull(),
    createdAt: createdAt(),
    revokedAt: instant('revoked_at'),
    revokeReason: text('revoke_reason'),
  },
  (table) => [
    uniqueIndex('access_grant_source').on(table.source, table.course),
    index('access_grant_person').on(table.personId),
  ],
)

/**
 * A wish to move an account to another address: both mailboxes must agree before anything changes. The links' tokens
 * are HMAC(key, letter id) like a login's; only their hashes stand here.
 */
export const emailChange = pgTable(
  'email_change',
  {
    id: uuid('id').primaryKey(),
    personId: uuid('person_id')
      .notNull()
      .references(() => person.id),
    newNormal: text('new_normal').notNull(),
    /** As typed: where letters go. */
    newRaw: text('new_raw').notNull(),
    oldTokenHash: text('old_token_hash').notNull().unique(),
    newTokenHash: text('new_token_hash').notNull().unique(),
    createdAt: createdAt(),
    expiresAt: instant('expires_at').notNull(),
    oldConfirmedAt: instant('old_confirmed_at'),
    newConfirmedAt: instant('new_confirmed_at'),
    /** Both agreed, and the account moved. */
    movedAt: instant('moved_at'),
    cancelledAt: instant('cancelled_at'),
  },
  (table) => [
    uniqueIndex('email_change_open').on(table.personId).where(sql`moved_at is null and cancelled_at is null`),
  ],
)

// ── domain/sales ─────────────────────────────────────────────────────────────────────────────────

/** Mirror of one Stripe price, written by the worker, read by every page. */
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
    /** When Stripe told that this session closed unpaid; a purchase of the order counts before it. */
    sessionExpiredAt: instant('session_expired_at'),
    /** SHA-256 of the nonce in the checkout cookie. */
    cookieHash: text('cookie_hash'),
    cookieSpentAt: instant('cookie_spent_at'),
    createdAt: createdAt(),
  },
  (table) => [index('order_draft_session').on(table.sessionId)],
)

/** One per paid or pending Checkout Session: the fulfilment key is the session id (recovered sessions have a new one). */
export const purchase = pgTable(
  'purchase',
  {
    id: uuid('id').primaryKey(),
    /** Human number, shown as W-2026-0117. */
    number: bigint('number', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    sessionId: text('session_id').notNull().unique(),
    orderId: uuid('order_id'),
    personId: uuid('person_id'),
    /** Raised by every settle, also by one that changes nothing: a late write of an old fetch finds another version. */
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
    livemode: boolean('livemode').notNull(),
    paymentIntentId: text('payment_intent_id'),
    chargeId: text('charge_id'),
    email: text('email'),
    name: text('name'),
    country: text('country'),
    /** `double_payment`, `quantity`, `no_address`, …: what a person should look at. */
    flags: text('flags').array().notNull().default(sql`'{}'`),
    /** Flags a person has ticked off; one that Stripe's truth raises again stays ticked off. */
    flagsSeen: text('flags_seen').array().notNull().default(sql`'{}'`),
    /** The session this one was recovered from, after that one expired. */
    recoveredFrom: text('recovered_from'),
    /** Stripe's invoice, with `invoice_creation` only. */
    invoiceId: text('invoice_id'),
    invoiceNumber: text('invoice_number'),
    invoiceUrl: text('invoice_url'),
    invoicePdf: text('invoice_pdf'),
    /** What the buyer told us when Stripe had no usable address, or a mistyped one while the payment was on its way. Our own fact: no settle ever writes it. */
    emailGiven: text('email_given'),
    /** The buyer corrected a mistyped address, once. `email` stays what Stripe says. */
    addressCorrectedAt: instant('address_corrected_at'),
    /** The access of an order that cost nothing was ended by hand. Our own fact: every settle keeps it. */
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

/** „Bezahlt, aber kein Zugang?“: what nothing but a person can decide. A claim that repaired itself is not kept. */
export const accessClaim = pgTable(
  'access_claim',
  {
    /** The job's id: a repeated job is the same claim. */
    id: uuid('id').primaryKey(),
    receivedAt: instant('received_at').notNull(),
    /** Where the asking person wants to be answered. Not proven to be theirs. */
    email: text('email').notNull(),
    /** Order number, receipt number or session id as typed. */
    reference: text('reference'),
    /** The order it most likely means; null: nothing of ours fits. */
    purchaseId: uuid('purchase_id'),
    /** Stable code: `no_address`, `other_address`, `letter_lost`, `unknown_order`. */
    why: text('why').notNull(),
    closedAt: instant('closed_at'),
    closedBy: text('closed_by'),
  },
  (table) => [
    index('access_claim_open').on(table.receivedAt).where(sql`closed_at is null`),
    index('access_claim_purchase').on(table.purchaseId),
  ],
)

/** How far a resumable piece of work has come, e.g. the reconciler's cursor. */
export const bookmark = pgTable('bookmark', {
  name: text('name').primaryKey(),
  value: jsonb('value').$type<Record<string, unknown>>().notNull(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
})

// ── domain/mail ──────────────────────────────────────────────────────────────────────────────────

/** The outbox and the ledger of letters in one: written with its cause, then worked, then watched. */
export const letter = pgTable(
  'letter',
  {
    /** Also the Resend idempotency key, and the seed of the letter's link token. */
    id: uuid('id').primaryKey(),
    /** `welcome`, `login`, `no_access`, …: one template each. */
    kind: text('kind').notNull(),
    /** `welcome:{purchaseId}`: at most one automatic letter per purchase and kind. */
    uniqueKey: text('unique_key').notNull().unique(),
    personId: uuid('person_id'),
    purchaseId: uuid('purchase_id'),
    toAddress: text('to_address').notNull(),
    /** Everything the template needs, frozen; with version and key id a retry renders the same bytes. */
    inputs: jsonb('inputs').$type<Record<string, unknown>>().notNull(),
    templateVersion: integer('template_version').notNull(),
    keyId: text('key_id').notNull(),
    state: text('state', {
      enum: [
        'queued',
        'handed_over',
        'sent',
        'delivered',
        'delayed',
        'bounced',
        'complained',
        'suppressed',
        'failed',
        'parked',
        'unknown',
        'dropped',
      ],
    })
      .notNull()
      .default('queued'),
    /** A sentence a person can act on: „Postfach voll“, „Absender nicht bestätigt“. */
    reason: text('reason'),
    /** Why a `parked` letter stands still, as a code (`mail_quota`, `mail_address`, …): all of one cause go on together. */
    parkedFor: text('parked_for'),
    attempts: integer('attempts').notNull().default(0),
    /** First attempt whose outcome is unknown: the 23-hour clock starts here. */
    ambiguousAt: instant('ambiguous_at'),
    /** A login letter not handed over by then is dropped. */
    dropAfter: instant('drop_after'),
    providerId: text('provider_id'),
    requestId: text('request_id'),
    traceparent: text('traceparent'),
    /** A person looked and has nothing more to do: it no longer counts as stuck. */
    closedAt: instant('closed_at'),
    closedBy: text('closed_by'),
    createdAt: createdAt(),
    handedOverAt: instant('handed_over_at'),
    deliveredAt: instant('delivered_at'),
    stateAt: instant('state_at').notNull().defaultNow(),
  },
  (table) => [
    index('letter_person').on(table.personId),
    index('letter_purchase').on(table.purchaseId),
    index('letter_provider').on(table.providerId),
    index('letter_state').on(table.state, table.createdAt),
    index('letter_created').on(table.createdAt),
    index('letter_address').on(sql`lower(${table.toAddress})`),
    index('letter_open').on(table.createdAt).where(sql`state = 'queued'`),
    index('letter_parked').on(table.parkedFor, table.stateAt).where(sql`state = 'parked'`),
  ],
)

// ── domain/video ─────────────────────────────────────────────────────────────────────────────────

export const video = pgTable('video', {
  guid: text('guid').primaryKey(),
  title: text('title').notNull(),
  /** Bunny's API status (4 = finished), never the webhook's number. */
  status: integer('status').notNull(),
  encodeProgress: integer('encode_progress').notNull().default(0),
  /** Seconds. */
  length: integer('length').notNull().default(0),
  resolutions: text('resolutions').notNull().default(''),
  captions: jsonb('captions').$type<{ srclang: string; label: string }[]>().notNull().default([]),
  thumbnailFile: text('thumbnail_file'),
  fetchedAt: instant('fetched_at').notNull(),
  goneAt: instant('gone_at'),
})

/** Overrides the guid in the lesson's front matter. */
export const lessonVideo = pgTable('lesson_video', {
  lessonId: text('lesson_id').primaryKey(),
  guid: text('guid').notNull(),
  assignedAt: instant('assigned_at').notNull().defaultNow(),
})

// ── domain/learning ──────────────────────────────────────────────────────────────────────────────

export const progress = pgTable(
  'progress',
  {
    personId: uuid('person_id').notNull(),
    lessonId: text('lesson_id').notNull(),
    ranges: watchedRanges('ranges').notNull(),
    /** Seconds; last writer by `positionAt` wins. */
    positionMs: integer('position_ms').notNull().default(0),
    positionAt: instant('position_at').notNull(),
    /** The manual tick; null = never touched. */
    doneMark: boolean('done_mark'),
    doneMarkAt: instant('done_mark_at'),
    /** First time the lesson counted as complete. */
    completedAt: instant('completed_at'),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.personId, table.lessonId] }),
    check('progress_position', sql`${table.positionMs} >= 0`),
  ],
)

/** What a person once opened stays open, whatever the schedule says later. */
export const lessonOpened = pgTable(
  'lesson_opened',
  {
    personId: uuid('person_id').notNull(),
    lessonId: text('lesson_id').notNull(),
    openedAt: instant('opened_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.lessonId] })],
)

/**
 * Overrides `content/releases.json` (`scope` = `module:x`, `lesson:x`: a rule; `person:x`: what is different for one
 * person, see `PersonRelease` in `domain/learning/release.ts`).
 */
export const releaseOverride = pgTable('release_override', {
  scope: text('scope').primaryKey(),
  rule: jsonb('rule').$type<Record<string, unknown>>().notNull(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
})

/**
 * Which rule held for a lesson from when to when, file and overrides together: what a rule had opened while it held stays
 * open after it. `until` null: the rule that stands.
 */
export const releaseRule = pgTable(
  'release_rule',
  {
    lessonId: text('lesson_id').notNull(),
    since: instant('since').notNull(),
    until: instant('until'),
    rule: jsonb('rule').$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.lessonId, table.since] }),
    uniqueIndex('release_rule_stands').on(table.lessonId).where(sql`until is null`),
  ],
)

/** How much film a person saw for the first time on one calendar day in Berlin. A repeated report adds nothing. */
export const learningDay = pgTable(
  'learning_day',
  {
    personId: uuid('person_id').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    watchedMs: bigint('watched_ms', { mode: 'number' }).notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.personId, table.day] }),
    check('learning_day_watched', sql`watched_ms >= 0`),
  ],
)

/** How a person likes to watch, and which letters they want. Absent = the defaults. */
export const learnerSetting = pgTable('learner_setting', {
  personId: uuid('person_id').primaryKey(),
  /** Speed, volume, captions, quality, autoplay; see `domain/learning/settings/rules.ts`. */
  player: jsonb('player').$type<Record<string, unknown>>().notNull().default({}),
  /** The digest of newly opened lessons. */
  releaseMails: boolean('release_mails').notNull().default(true),
  updatedAt: instant('updated_at').notNull().defaultNow(),
})

// ── domain/learning/notes ────────────────────────────────────────────────────────────────────────

/** A note or a bookmark, stamped with a second of the film. The browser makes the id, so a note written offline is one row. */
export const note = pgTable(
  'note',
  {
    id: uuid('id').primaryKey(),
    personId: uuid('person_id').notNull(),
    lessonId: text('lesson_id').notNull(),
    kind: text('kind', { enum: ['note', 'bookmark'] }).notNull(),
    /** Milliseconds; null: about the lesson as a whole. */
    positionMs: integer('position_ms'),
    /** Markdown as typed; a bookmark's may be empty. */
    body: text('body').notNull(),
    /** Raised by every write: a save says which one it read, so a second tab cannot overwrite unseen. */
    version: integer('version').notNull().default(1),
    /** The newest change of each page that is contained here, `[page, number]`, the last writer last: a repeated change is one. */
    writers: jsonb('writers').$type<[string, number][]>().notNull().default([]),
    /** This text could not be joined with that note, so both were kept. */
    copyOf: uuid('copy_of'),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
    /** A deleted note stays as a stone for 30 days, so that an offline device cannot bring it back. */
    deletedAt: instant('deleted_at'),
    words: tsvector('words').generatedAlwaysAs(sql`to_tsvector('werkstatt', body)`),
  },
  (table) => [
    index('note_person').on(table.personId, table.lessonId),
    index('note_words').using('gin', table.words),
    index('note_deleted').on(table.deletedAt).where(sql`deleted_at is not null`),
    check('note_position', sql`position_ms >= 0`),
  ],
)

/** One tick on a lesson's checklist. */
export const checklistTick = pgTable(
  'checklist_tick',
  {
    personId: uuid('person_id').notNull(),
    lessonId: text('lesson_id').notNull(),
    /** Made from the sentence itself, so that a new order of the list moves no tick. */
    item: text('item').notNull(),
    ticked: boolean('ticked').notNull(),
    /** Corrected time of the click; the newest wins. */
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.lessonId, table.item] })],
)

// ── domain/learning/search ───────────────────────────────────────────────────────────────────────

/** The course as the search reads it: made from `content/` whenever that changed, never edited. */
export const passage = pgTable(
  'passage',
  {
    lessonId: text('lesson_id').notNull(),
    /** `title`, `goal`, `chapter`, `text`, `exercise`, `checklist`, `further`, `spoken`. */
    kind: text('kind').notNull(),
    place: integer('place').notNull(),
    /** Second of the film at which it is said; null for written text. */
    second: integer('second'),
    body: text('body').notNull(),
    words: tsvector('words').generatedAlwaysAs(sql`to_tsvector('werkstatt', body)`),
  },
  (table) => [
    primaryKey({ columns: [table.lessonId, table.kind, table.place] }),
    index('passage_words').using('gin', table.words),
  ],
)

/** Every word of the course once, without accents: what a mistyped word may have meant. */
export const passageWord = pgTable(
  'passage_word',
  { word: text('word').primaryKey(), times: integer('times').notNull() },
  (table) => [index('passage_word_near').using('gin', sql`${table.word} gin_trgm_ops`)],
)

// ── domain/learning/plan ─────────────────────────────────────────────────────────────────────────

/** „Mein Wochenplan“: only the wish. The days are computed from what is left whenever they are asked for. */
export const weekPlan = pgTable('week_plan', {
  personId: uuid('person_id').primaryKey(),
  /** 1 = Monday … 7 = Sunday. */
  weekdays: integer('weekdays').array().notNull(),
  minutes: integer('minutes').notNull(),
  /** „07:30“, wall clock in Berlin. */
  time: text('time').notNull(),
  startsOn: date('starts_on', { mode: 'string' }).notNull(),
  /** Part of the feed's secret address: drawn anew to revoke it. null: no feed. */
  feedVersion: integer('feed_version'),
  updatedAt: instant('updated_at').notNull().defaultNow(),
})

// ── domain/learning/releases ─────────────────────────────────────────────────────────────────────

/** A lesson a person was told of by letter, or need not be told of any more. */
export const lessonAnnounced = pgTable(
  'lesson_announced',
  {
    personId: uuid('person_id').notNull(),
    lessonId: text('lesson_id').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.lessonId] })],
)

// ── domain/learning/certificate ──────────────────────────────────────────────────────────────────

/** A Teilnahmebestätigung. Anyone who has its number sees what is printed on it, nothing else. */
export const certificate = pgTable('certificate', {
  /** Also the public number: random, not guessable. */
  number: text('number').primaryKey(),
  personId: uuid('person_id').notNull().unique(),
  course: text('course').notNull(),
  courseTitle: text('course_title').notNull(),
  /** As the learner wants it printed. */
  name: text('name').notNull(),
  /** The day in Berlin on which the last lesson was done. */
  completedOn: date('completed_on', { mode: 'string' }).notNull(),
  lessons: integer('lessons').notNull(),
  minutes: integer('minutes').notNull(),
  createdAt: createdAt(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
})

// ── libs/webhookStore ────────────────────────────────────────────────────────────────────────────

/** The inbox: a 2xx to the sender means this row is committed, together with its job. */
export const webhookEvent = pgTable(
  'webhook_event',
  {
    source: text('source', { enum: ['stripe', 'bunny', 'resend'] }).notNull(),
    id: text('id').notNull(),
    type: text('type').notNull(),
    objectId: text('object_id'),
    livemode: boolean('livemode').notNull().default(false),
    apiVersion: text('api_version'),
    /** The bytes as signed; emptied after 90 days. */
    raw: bytes('raw'),
    requestId: text('request_id'),
    traceparent: text('traceparent'),
    receivedAt: instant('received_at').notNull().defaultNow(),
    handledAt: instant('handled_at'),
    /** When somebody last had it worked again; its age as an open event counts from then. */
    reopenedAt: instant('reopened_at'),
    /** What came of it: `settled`, `ignored: …`. */
    outcome: text('outcome'),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
  },
  (table) => [
    primaryKey({ columns: [table.source, table.id] }),
    index('webhook_event_open').on(table.receivedAt).where(sql`handled_at is null`),
    index('webhook_event_object').on(table.objectId),
    index('webhook_event_received').on(table.receivedAt),
  ],
)

// ── libs/auditLog, libs/alarms, libs/documents, libs/flow ────────────────────────────────────────

/** Who did what by hand, with which reason. Append-only; the id is the action's idempotency key. */
export const auditEntry = pgTable(
  'audit_entry',
  {
    id: uuid('id').primaryKey(),
    at: instant('at').notNull(),
    /** `person:{id}` of an operator, `buyer`, `cli`. */
    actor: text('actor').notNull(),
    /** `purchase.refund`, `letter.resend`, `grant.add`, …: noun and verb. */
    action: text('action').notNull(),
    personId: uuid('person_id'),
    purchaseId: uuid('purchase_id'),
    /** What it was done to when that is neither: an event id, a letter id, a job id. */
    target: text('target'),
    reason: text('reason'),
    /** Ids and figures, never an address or a secret. */
    detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [
    index('audit_at').on(table.at),
    index('audit_person').on(table.personId),
    index('audit_purchase').on(table.purchaseId),
  ],
)

/** One row per cause that needs a person; a cause that is over is cleared and may come back. */
export const alarm = pgTable('alarm', {
  /** Stable code, e.g. `mail_quota`. */
  cause: text('cause').primaryKey(),
  /** German sentence with the next step. */
  message: text('message').notNull(),
  firstAt: instant('first_at').notNull(),
  lastAt: instant('last_at').notNull(),
  times: integer('times').notNull().default(1),
  clearedAt: instant('cleared_at'),
  /** At most one mail per cause and hour. */
  mailedAt: instant('mailed_at'),
})

/** A file that letters attach, stored once per text version. */
export const document = pgTable(
  'document',
  {
    id: uuid('id').primaryKey(),
    /** `terms`, `withdrawal`, … */
    kind: text('kind').notNull(),
    version: text('version').notNull(),
    filename: text('filename').notNull(),
    mime: text('mime').notNull(),
    bytes: bytes('bytes').notNull(),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex('document_version').on(table.kind, table.version)],
)

/** One arrow of the sequence diagram, as it really happened: the live flow view draws these rows. */
export const flowStep = pgTable(
  'flow_step',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** 32 hex characters of the W3C trace. */
    traceId: text('trace_id').notNull(),
    spanId: text('span_id').notNull(),
    parentSpanId: text('parent_span_id'),
    at: instant('at').notNull(),
    durationMs: integer('duration_ms').notNull().default(0),
    /** Lanes: browser, web, stripe, webhook, worker, resend, database. */
    fromLane: text('from_lane').notNull(),
    toLane: text('to_lane').notNull(),
    name: text('name').notNull(),
    outcome: text('outcome').notNull(),
    detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [index('flow_step_trace').on(table.traceId, table.at), index('flow_step_at').on(table.at)],
)

// ── libs/rateLimit, libs/heartbeat ───────────────────────────────────────────────────────────────

export const rateLimit = pgTable('rate_limit', {
  key: varchar('key', { length: 255 }).primaryKey(),
  points: integer('points').notNull().default(0),
  expire: bigint('expire', { mode: 'number' }),
})

export const heartbeat = pgTable('heartbeat', {
  /** `worker:{process id}`. */
  name: text('name').primaryKey(),
  at: instant('at').notNull(),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
})
