import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import type { PgDatabase } from 'drizzle-orm/pg-core'
import type * as schema from '#db/schema.ts'

/**
 * The outside as the domain needs it. Types only: the domain knows nothing else of the world, and
 * `platform.ts` puts a lib behind each port. Amounts are cents, durations and positions seconds
 * unless a name says otherwise, points in time are `Date`.
 */
export interface Ctx {
  db: Db
  jobs: Jobs
  inbox: Inbox
  payments: Payments
  videos: VideoHost
  mailer: Mailer
  letters: Letters
  documents: Documents
  tokens: Tokens
  limits: Limits
  journal: Journal
  audit: Audit
  alarms: Alarms
  trace: Trace
  flow: Flow
  vitals: Vitals
  content: Content
  settings: Settings
  clock: Clock
  ids: Ids
  log: Log
  /** Travels from the browser's request through jobs and letters into every log line. */
  requestId: string
  /** Fault tests kill the process here, once; absent or a no-op elsewhere (docs/decisions/crashPoints.md). */
  crashPoint?: (name: CrashPoint) => void
}

/** Places between two steps where a `kill -9` must do no harm. */
export type CrashPoint =
  | 'inbox.before-commit'
  | 'inbox.after-commit'
  | 'settle.before-commit'
  | 'settle.after-commit'
  | 'refund.before-stripe'
  | 'refund.after-stripe'
  | 'mail.before-send'
  | 'mail.after-accept'
  | 'mail.event-before-commit'
  | 'checkout.after-session'
  | 'reconcile.between-pages'
  | 'login.before-commit'
  | 'login.after-commit'

// ── rows, jobs, time ─────────────────────────────────────────────────────────────────────────────

export type Queries = PgDatabase<NodePgQueryResultHKT, typeof schema>

/**
 * `q` is for `store.ts` files only. `transaction` joins a running one, so a verb called inside a verb
 * commits with it. Throws `AppError('database_unavailable')` when PostgreSQL cannot be reached in time.
 */
export interface Db {
  readonly q: Queries
  readonly inTransaction: boolean
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>
  /** Is the server known to be away, and since when did this process lose it? Costs nothing. */
  health(): { up: boolean; lostAt: Date | null }
}

/** Job name → payload. Payloads carry ids, never facts. `send` adds the `traceparent` of whoever sends. */
export interface JobPayloads {
  'stripe.event': { eventId: string; requestId: string; traceparent?: string }
  'bunny.event': { eventId: string; requestId: string; traceparent?: string }
  'resend.event': { eventId: string; requestId: string; traceparent?: string }
  /** `closely`: also ask for what the payment itself does not announce. */
  'order.settle': { sessionId: string; requestId: string; closely?: boolean; traceparent?: string }
  'letter.send': { letterId: string; requestId: string; traceparent?: string }
  'login.request': { email: string; next: string | null; browserHash: string; requestId: string; traceparent?: string }
  'price.mirror': { requestId: string; traceparent?: string }
  'video.sync': { guid?: string; requestId: string; traceparent?: string }
  'withdrawal.match': { withdrawalId: string; requestId: string; traceparent?: string }
  /** „Bezahlt, aber kein Zugang?“ as typed. */
  'access.claim': {
    email: string
    reference: string | null
    browserHash: string
    requestId: string
    traceparent?: string
  }
}
export type JobName = keyof JobPayloads

export interface Jobs {
  /**
   * Puts a job into the caller's transaction: both or neither. A second send of the same `id` is ignored.
   * Outside a transaction it is one of its own.
   */
  send<Name extends JobName>(
    db: Db,
    name: Name,
    data: JobPayloads[Name],
    /** `priority`: higher goes first among those that wait; 0 if not given. */
    options?: { id?: string; startAfter?: Date; priority?: number },
  ): Promise<void>
  /** Many of one kind in one statement, inside the caller's transaction. */
  sendAll<Name extends JobName>(
    db: Db,
    name: Name,
    jobs: { data: JobPayloads[Name]; id?: string; priority?: number }[],
  ): Promise<void>
  /** Which of these payload values have a job that waits, runs or will be tried again. Throws `database_unavailable`. */
  alive<Name extends JobName>(
    db: Db,
    name: Name,
    field: keyof JobPayloads[Name] & string,
    values: string[],
  ): Promise<Set<string>>
  /** Which of these payload values have a job that failed for good, and when the last one did. Throws `database_unavailable`. */
  died<Name extends JobName>(
    db: Db,
    name: Name,
    field: keyof JobPayloads[Name] & string,
    values: string[],
  ): Promise<Map<string, Date>>
  /** Takes such jobs off the list of dead ones, because something else does their work now. Answers how many there were. */
  forgetDead<Name extends JobName>(
    db: Db,
    name: Name,
    field: keyof JobPayloads[Name] & string,
    values: string[],
  ): Promise<number>
  /** For the operator: how full each queue is, and what fails. Throws `database_unavailable`. */
  look(db: Db, limit: number): Promise<{ queues: QueueLevel[]; troubled: TroubledJob[] }>
  /** One job that failed. null when there is none (any more), or `id` is no job's id. */
  find(db: Db, id: string): Promise<TroubledJob | null>
  /**
   * A job that failed runs again now: a dead one as a new job with its payload, a waiting one at once. Joins the
   * caller's transaction. null when there is no such job (any more).
   */
  redrive(db: Db, id: string): Promise<TroubledJob | null>
  /** Takes a dead job off the list. Joins the caller's transaction. null when there is no such dead job (any more). */
  discard(db: Db, id: string): Promise<TroubledJob | null>
}

export interface QueueLevel {
  name: JobName
  waiting: number
  /** Failed before, waits for its next try. */
  retrying: number
  active: number
  oldestWaitingAt: Date | null
}

/** A job that failed at least once. Of its payload only ids: a login request carries an address and a cookie's hash. */
export interface TroubledJob {
  id: string
  /** The queue it came from. */
  name: string
  /** No try is left: a person decides. */
  dead: boolean
  tries: number
  maxTries: number | null
  createdAt: Date
  /** null for a dead job. */
  nextTryAt: Date | null
  /** What the last try said, addresses blanked. */
  error: string | null
  reference: { eventId?: string; sessionId?: string; letterId?: string; guid?: string; requestId?: string }
}

export interface InboxEvent {
  source: 'stripe' | 'bunny' | 'resend'
  id: string
  type: string
  objectId: string | null
  livemode: boolean
  apiVersion: string | null
  /** null: nothing of ours; kept as ids only. */
  raw: Buffer | null
  requestId: string
  /** W3C trace context, from our own metadata or tags in the delivery; absent = read from `raw`. */
  traceparent?: string | null
  /** Set at the door for types nobody works on: the row is stored as handled, without a job. */
  outcome?: string
}

export interface StoredEvent extends Omit<InboxEvent, 'raw' | 'outcome'> {
  raw: Buffer | null
  receivedAt: Date
  handledAt: Date | null
  /** When somebody last had it worked again: from then on it can be late. */
  reopenedAt: Date | null
  outcome: string | null
  attempts: number
  lastError: string | null
}

/** As a list tells it: without the body. */
export type EventHead = Omit<StoredEvent, 'raw'>

/** The event store. `reserve` commits event and job together; `markProcessed` comes after effects that may run twice. */
export interface Inbox {
  reserve(event: InboxEvent): Promise<'new' | 'duplicate'>
  read(source: InboxEvent['source'], id: string): Promise<StoredEvent | null>
  /** Those of these ids that are stored, in no order. */
  readAll(source: InboxEvent['source'], ids: string[]): Promise<StoredEvent[]>
  markProcessed(
    db: Db,
    source: InboxEvent['source'],
    id: string,
    outcome: string,
    /** `forgetBody`: the event was about somebody else's object, so only its ids stay. */
    options?: { forgetBody?: boolean },
  ): Promise<void>
  /** The same for many events, in one statement. */
  markAllProcessed(db: Db, source: InboxEvent['source'], handled: { id: string; outcome: string }[]): Promise<void>
  markFailed(source: InboxEvent['source'], id: string, error: string): Promise<void>
  /** Takes the stamp off, so that the event is worked again; false when there is no such event. */
  reopen(db: Db, source: InboxEvent['source'], id: string): Promise<boolean>
  /** Which of these ids are stored. */
  known(source: InboxEvent['source'], ids: string[]): Promise<Set<string>>
  /** Empties bodies of handled events older than this, at most so many; answers how many. */
  forgetBodies(receivedBefore: Date, limit: number): Promise<number>
  list(filter: {
    source?: InboxEvent['source']
    open?: boolean
    limit: number
    before?: Date
    /** Pages on after this row: exact, also when many rows share one instant. */
    beforeRow?: { source: InboxEvent['source']; id: string }
    objectIds?: string[]
    failing?: boolean
  }): Promise<EventHead[]>
}

// ── what people did, and what needs one ──────────────────────────────────────────────────────────

/** One thing somebody did by hand. Ids and figures only; `reason` is what the person typed. */
export interface AuditEntry {
  /** The action's idempotency key: the form that asks makes it, a second submit is the same action. */
  id: string
  at: Date
  /** `person:{id}` of an operator, `buyer`, `cli`. */
  actor: string
  /** Noun and verb: `purchase.refund`, `letter.resend`, `grant.add`. */
  action: string
  personId?: string | null
  purchaseId?: string | null
  /** What it was done to when that is neither: an event, a letter, a job. */
  target?: string | null
  reason?: string | null
  detail?: Record<string, unknown>
}

/** Append-only. */
export interface Audit {
  /**
   * Writes into the caller's transaction, together with the effect. False when this id was written before: the caller
   * then changes nothing, because the same click came twice. Throws `conflict` when the id already stands for
   * something else.
   */
  record(db: Db, entry: Omit<AuditEntry, 'at'>): Promise<boolean>
  find(db: Db, id: string): Promise<AuditEntry | null>
  list(
    db: Db,
    filter: {
      personId?: string
      purchaseIds?: string[]
      target?: string
      /** Exact, or a noun for all its verbs: `purchase`, `purchase.refund`. */
      action?: string
      beforeId?: string
      limit: number
    },
  ): Promise<AuditEntry[]>
}

export interface Alarm {
  /** Stable code, e.g. `mail_quota`. */
  cause: string
  /** German sentence with the next step. Never an address. */
  message: string
  firstAt: Date
  lastAt: Date
  times: number
  mailedAt: Date | null
}

/** What stands still until a person acts, one row per cause. */
export interface Alarms {
  /**
   * Never throws and never waits long: an alarm must not break what it reports. Repeats within a minute are one write;
   * `always` writes each, for a cause that is rare and may have been cleared by another process meanwhile.
   */
  raise(cause: string, message: string, options?: { always?: boolean }): Promise<void>
  /** The cause is over; clearing one that is not raised does nothing. */
  clear(db: Db, cause: string): Promise<void>
  open(db: Db): Promise<Alarm[]>
  /** Claims the hourly mail of a cause by one conditional write; false when it was sent within the hour. */
  claimMail(db: Db, cause: string): Promise<boolean>
}

// ── one trace through everything ─────────────────────────────────────────────────────────────────

/** The columns of the sequence diagram. */
export type Lane = 'browser' | 'web' | 'stripe' | 'webhook' | 'worker' | 'resend' | 'database'

/** Ids, kinds and counts: never an address, a name, a token or a text somebody typed (I6). */
export type StepDetail = Record<string, string | number | boolean | null>

export interface Arrow {
  /** Default: the lane of this process. With neither `from` nor `to` it is a span without an arrow. */
  from?: Lane
  to?: Lane
  detail?: StepDetail
  /** Written before the work too, so that a killed process leaves „begun, never ended“. */
  begun?: boolean
}

/** What a piece of work may say of itself while it runs. */
export interface RunningStep {
  /** `ok` unless changed; a throw makes it the failure's name. */
  outcome: string
  detail: StepDetail
}

/**
 * One W3C trace from the order to the delivered letter. Every span goes to OpenTelemetry when an endpoint is set; the
 * arrows of an order's trace are kept for the live flow view. Recording never waits, never throws, never delays.
 */
export interface Trace {
  span<T>(name: string, arrow: Arrow, work: (step: RunningStep) => Promise<T>): Promise<T>
  /** Something that has no duration, written at once. */
  note(name: string, arrow: Omit<Arrow, 'begun'> & { outcome?: string }): void
  /**
   * A trace whose arrows are kept. `seed` is a traceparent to go on with, or a UUID that becomes the trace's id, so that
   * a repeated click is the same trace; anything else begins a new one.
   */
  begin<T>(seed: string | null, work: () => Promise<T>): Promise<T>
  /** Goes on with the trace that came with a job, a row or Stripe's metadata. null or the running trace: changes nothing. */
  continue<T>(traceparent: string | null | undefined, work: () => Promise<T>): Promise<T>
  /** For rows, jobs and metadata: where we are now; null outside of any span. */
  traceparent(): string | null
}

export interface FlowStep {
  id: number
  traceId: string
  spanId: string
  parentSpanId: string | null
  at: Date
  durationMs: number
  from: Lane
  to: Lane
  /** An event's type, a job's name, or what was asked of the other side. */
  name: string
  /** `ok`, `begun`, `new`, `duplicate`, or a failure by its name. */
  outcome: string
  detail: StepDetail
}

/** The arrows of one trace as they really happened, for the live flow view. They explain, they prove nothing. */
export interface Flow {
  /** In order of time, at most 600. */
  steps(db: Db, traceId: string): Promise<FlowStep[]>
  /** Deletes at most `limit` older steps; answers how many. */
  forget(db: Db, before: Date, limit: number): Promise<number>
}

export interface Clock {
  now(): Date
  /** A pause between calls to somebody we must not hurry; tests with their own clock do without. */
  wait?(ms: number): Promise<void>
}

/** Signs of life that rows and jobs give. Rejects with `database_unavailable`. */
export interface Vitals {
  pulse(): Promise<Pulse>
}

export interface Pulse {
  /** The newest sign of life of any worker; null if there never was one. */
  workerBeatAt: Date | null
  /** When the oldest event that nobody has handled yet came in. */
  oldestOpenEventAt: Date | null
  openEvents: number
  /** Jobs that failed for good. */
  deadJobs: number
}

export interface Ids {
  uuid(): string
  /** The same name always gives the same id: a second job or letter for one cause collides. */
  fromName(name: string): string
  /** URL-safe random secret of at least 128 bits. */
  secret(): string
}

export interface Log {
  info(facts: Record<string, unknown>, message: string): void
  warn(facts: Record<string, unknown>, message: string): void
  error(facts: Record<string, unknown>, message: string): void
}

// ── Stripe ───────────────────────────────────────────────────────────────────────────────────────

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
  /** Stripe closes an unpaid session then: 30 minutes to 24 hours from now. Part of what the key stands for. */
  expiresAt: Date
  /** From the draft's row: travels in the metadata of session and payment intent, and back with every event. */
  traceparent?: string | null
}

/** The objects an event rings for; ids only, everything else is fetched. */
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

/** One Checkout Session with everything that hangs on it, as Stripe sees it at this moment. */
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
  priceIds: string[]
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
  /** Absent unless asked for closely: then nothing is known about them. */
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
  /** Local reading of a stored event body; all null when it is unreadable. */
  referencesOf(raw: Buffer): EventReferences
}

// ── Bunny ────────────────────────────────────────────────────────────────────────────────────────

export interface VideoMeta {
  guid: string
  title: string
  /** API status: 0 created … 4 finished, 5 error. */
  status: number
  encodeProgress: number
  length: number
  resolutions: string
  captions: { srclang: string; label: string }[]
  thumbnailFile: string | null
}

export interface VideoHost {
  getVideo(guid: string): Promise<VideoMeta>
  /** One result per item; a failure is named, never thrown. */
  getVideos(guids: string[]): Promise<({ guid: string; video: VideoMeta } | { guid: string; error: Error })[]>
  listVideos(input: { page: number; perPage: number; search?: string }): Promise<{ total: number; videos: VideoMeta[] }>
  createVideo(title: string): Promise<VideoMeta>
  updateVideo(guid: string, change: { title?: string }): Promise<void>
  deleteVideo(guid: string): Promise<void>
  /** Local computation, works while Bunny's API is away. `signed` is false without a token key. */
  signPlayback(guid: string, expiresAt: Date): { playlistUrl: string; signed: boolean }
  signUpload(guid: string, expiresAt: Date): { endpoint: string; headers: Record<string, string> }
  readCaptions(guid: string, srclang: string): Promise<string>
  /** Checks Bunny's signature on the raw bytes. Throws `AppError('signature_invalid')` (also without a read-only key) or `payload_unusable`. */
  readEvent(raw: Buffer, headers: { get(name: string): string | null }): VideoEvent
}

/** A bell, nothing more: which film to fetch again. The status number is Bunny's webhook enum, never the API's. */
export interface VideoEvent {
  guid: string
  webhookStatus: number
}

// ── mail ─────────────────────────────────────────────────────────────────────────────────────────

export interface RenderedLetter {
  subject: string
  html: string
  text: string
  /** Header lines of its own, such as `List-Unsubscribe`. */
  headers?: Record<string, string>
}

/** A file that travels with a letter. */
export interface Attachment {
  filename: string
  contentType: string
  content: Buffer
}

/** A file that is made while it is read. */
export interface StreamedFile {
  filename: string
  contentType: string
  chunks: AsyncIterable<Uint8Array>
}

export interface Mailer {
  /** Throws `OutsideError('resend', …)`; `ambiguous` tells whether the letter may already be on its way. */
  sendEmail(message: {
    to: string
    from: string
    replyTo: string | null
    subject: string
    html: string
    text: string
    headers?: Record<string, string>
    tags: Record<string, string>
    attachments?: Attachment[]
    idempotencyKey: string
    // null: this key was already used with other bytes, so the letter is with them under an id we do not know.
  }): Promise<{ providerId: string | null }>
  /** Checks Resend's (svix) signature on the raw bytes. Throws `AppError('signature_invalid')`; also when no secret is set. */
  readEvent(raw: Buffer, headers: { get(name: string): string | null }): MailEvent
  /** The same for bytes that were checked when they came. Throws `AppError('payload_unusable')`. */
  parseEvent(id: string, raw: Buffer): MailEvent
}

/** What a mail provider tells later about one letter. */
export interface MailEvent {
  /** The delivery's id: the same delivery repeated has the same one. */
  id: string
  type: string
  providerId: string | null
  /** Our letter id, from the tag we set. */
  letterId: string | null
  at: Date
  /** The provider's word for a bounce or a failure, e.g. `Permanent/MailboxFull`. */
  detail: string | null
}

/**
 * What the caller of `queueLetter` gives for each kind; frozen in the outbox row. Amounts are cents, points in
 * time ISO text. Never a link or a code: those are made when the letter is rendered (I6).
 */
export interface LetterInputs {
  /** Also the contract confirmation (§ 312f BGB): everything it states is frozen here. */
  welcome: OrderLetterInputs & {
    amountSubtotal: number
    amountDiscount: number
    amountTax: number
    taxRegime: 'regular' | 'small_business'
    accessYears: number
    paidAt: string
    receiptUrl: string | null
    termsVersion: string
    withdrawalVersion: string
    consent: { startNow: boolean; acknowledgesLoss: boolean; textVersion: string; at: string | null }
    /** The two sentences as shown, if the order page still shows that version. */
    consentTexts?: { startNow: string; acknowledgesLoss: string }
    contents?: { modules: number; lessons: number; hours: number }
    /** The legal texts in the letter itself: template version 1, and whenever they cannot be attached. */
    legal?: { withdrawalHtml: string; termsHtml: string }
    /** The legal texts as they were, attached: a link is no durable medium. */
    documents?: LegalDocuments
    /** Stripe's invoice, when there is one. */
    invoiceNumber?: string | null
    invoiceUrl?: string | null
  }
  /** `sentByHand`: by the operator, so there is no browser a code could belong to. */
  login: { sentByHand?: boolean }
  no_access: Record<string, never>
  payment_pending: OrderLetterInputs
  payment_failed: OrderLetterInputs
  /** One per refund that succeeded; `amountRefunded` is the sum, `refundAmount` this one. */
  refund: OrderLetterInputs & { refundAmount?: number; accessEnds?: boolean }
  /** To the old address after a correction: only that it was removed from the order. */
  address_removed: { number: string }
  /** A learner moves the account: both mailboxes must agree, and the old one is told when it is done. Addresses masked. */
  address_change_old: { newMasked: string }
  address_change_new: { oldMasked: string }
  /** To a mailbox that has an account of its own already: only it may know that. */
  address_change_taken: Record<string, never>
  address_changed: { newMasked: string }
  /** § 356a Abs. 4 BGB: content, date and second, whatever the order is. */
  /** `sentence`: what the page declared, word for word; since version 2. */
  withdrawal_receipt: { sentence?: string; name: string; contract: string; email: string; receivedAt: string }
  /** To the order's own address when the receipt went elsewhere. */
  withdrawal_notice: { number: string; receivedAt: string }
  /** What opened since the last one, in the order of the course. */
  release_digest: {
    name: string | null
    lessons: { id: string; number: number; slug: string; title: string; seconds: number }[]
  }
  /** `flags`: what somebody should look at about it, since version 2. */
  operator_sale: OperatorOrderInputs & { flags?: string[] }
  operator_refund: OperatorOrderInputs & { refundAmount: number; status: string }
  /** `refunded`: in full, before the bank asked; since version 2. */
  operator_dispute: OperatorOrderInputs & {
    status: string
    reason: string | null
    evidenceDueAt: string | null
    refunded?: boolean
  }
  /** `type`: Stripe's `fraud_type`. */
  operator_warning: OperatorOrderInputs & { type: string }
  operator_withdrawal: { receivedAt: string; number: string | null; deadline: string }
  operator_alarm: { cause: string; message: string; firstAt: string; times: number }
}

/** What the operator's letters say of an order: enough to act, no buyer's address. `path` leads into the admin area. */
export interface OperatorOrderInputs {
  number: string
  amountTotal: number
  currency: string
  at: string
  path: string
}

export interface OrderLetterInputs {
  name: string | null
  /** „W-2026-0117“ */
  number: string
  productName: string
  amountTotal: number
  amountRefunded: number
  currency: string
  orderedAt: string
}
export type LetterKind = keyof LetterInputs

/** The React templates of `emails/`. The same kind, version and inputs always give the same bytes. */
export interface Letters {
  readonly versions: Record<string, number>
  render(kind: string, version: number, inputs: Record<string, unknown>): Promise<RenderedLetter>
}

/** Ids of stored PDFs; frozen in a letter's inputs. */
export interface LegalDocuments {
  terms: string
  /** Instruction with the model form. */
  withdrawal: string
}

/** The PDFs that letters attach, each stored once: what is sent again or downloaded later has the same bytes. */
export interface Documents {
  /**
   * The legal texts as they stand now, the terms in the version that was accepted if that one is stored. The first call
   * for a new text makes and stores both (about 100 ms, so call it once before a transaction); every later one answers
   * from memory. null when they cannot be made: an order must not wait for that. Throws `database_unavailable`.
   */
  legal(db: Db, acceptedTerms?: string): Promise<LegalDocuments | null>
  /** The confirmation of one contract: made from the letter's frozen inputs by the first call, the stored one ever after. */
  confirmation(db: Db, letter: { id: string; attempts: number; inputs: Record<string, unknown> }): Promise<Attachment>
  /** Throws `AppError('not_found')`. */
  read(db: Db, id: string): Promise<Attachment>
  /** A Teilnahmebestätigung, made anew each time: the same facts give the same bytes. */
  participation(facts: CertificateFacts): Promise<Attachment>
  /** „Mein Werkstatt-Heft“; a letter that no type of ours has becomes a box. */
  notebook(facts: NotebookFacts): Promise<StreamedFile>
  /** Letters of a name that no type of ours has, each once; empty: it can be printed. */
  unprintable(name: string): Promise<string[]>
}

export interface CertificateFacts {
  number: string
  name: string
  courseTitle: string
  /** „2026-11-25“ */
  completedOn: string
  lessons: number
  minutes: number
  /** Lessons of each module, for the drawing. */
  modules: number[]
}

/** A learner's notebook as it was chosen: what is empty is left out. */
export interface NotebookFacts {
  name: string | null
  courseTitle: string
  at: Date
  /** What was asked for; nulls and `alles` for everything. */
  filter: {
    module: { number: number; title: string } | 'former' | null
    kind: 'alles' | 'notizen' | 'merkstellen' | 'haken'
    text: string
  }
  chapters: {
    /** null: lessons that are no longer in the course. */
    module: { number: number; title: string } | null
    lessons: {
      lesson: { slug: string; number: number; title: string } | null
      notes: NotebookEntry[]
      bookmarks: NotebookEntry[]
      checklist: { text: string; ticked: boolean }[]
    }[]
  }[]
}

export interface NotebookEntry {
  /** Seconds of the film; null: about the lesson as a whole. */
  second: number | null
  /** Markdown as typed; plain text for a bookmark. */
  body: string
  copyOf: string | null
}

// ── secrets and tokens ───────────────────────────────────────────────────────────────────────────

export interface SessionClaims {
  sid: string
  sub: string
  ver: number
  kind: 'proven' | 'unproven'
  /** Seconds since 1970 when a database last confirmed this session. */
  seen: number
  courses: string[]
  role: 'learner' | 'admin'
  exp: number
}

export interface CheckoutCookie {
  sessionId: string
  orderId: string
  nonce: string
  /** Seconds since 1970. */
  iat: number
}

/** Keys are HKDF(JWT_SECRET, purpose); verification also accepts the previous secret. */
export interface Tokens {
  signSession(claims: Omit<SessionClaims, 'seen'> & { seen: Date }): Promise<string>
  /** null for anything that is not a valid, unexpired session of ours. */
  readSession(token: string): Promise<SessionClaims | null>
  signCheckout(cookie: Omit<CheckoutCookie, 'iat'>): Promise<string>
  readCheckout(token: string): Promise<CheckoutCookie | null>
  readonly linkKeyId: string
  /** base64url HMAC(key, letter id): a retry makes the same link. */
  linkToken(letterId: string, keyId: string): string
  /** Six digits, HMAC(key, letter id), the same on every retry. */
  loginCode(letterId: string, keyId: string): string
  codeHash(letterId: string, code: string): string
  /** Secret part of a calendar feed's address: the person, and an HMAC over person and version. */
  feedToken(personId: string, version: number): string
  /** Whom a token names, genuine or not; null when it has not the shape of one. */
  feedPerson(token: string): string | null
  /** Compares in constant time, with every key of the ring. */
  isFeedToken(token: string, personId: string, version: number): boolean
  /** Ends the digests of one person, for ever valid: the person, and HMAC(key, person). The same on every retry. */
  mailOffToken(personId: string, keyId: string): string
  /** Whose digests a genuine token ends; null for any other. */
  mailOffPerson(token: string): string | null
  sha256(text: string): string
}

export interface Limits {
  /** Counts one use; throws `AppError('rate_limited', …, { retryAfter })` beyond the limit. Works without a database. */
  consume(limit: LimitName, key: string): Promise<void>
}

export type LimitName =
  | 'checkout_per_ip'
  | 'login_letter_per_ip'
  | 'login_letter_per_address'
  | 'login_letter_per_address_day'
  | 'link_guess_per_ip'
  | 'code_guess_per_ip'
  | 'code_guess_global'
  | 'play_per_ip'
  | 'progress_per_person'
  | 'settings_per_person'
  | 'search_per_person'
  | 'feed_guess_per_ip'
  | 'feed_per_person'
  | 'status_per_ip'
  | 'withdrawal_per_ip'
  | 'withdrawal_per_address'
  | 'address_change_per_ip'
  | 'address_change_per_order'
  | 'account_move_per_person'
  | 'claim_per_ip'
  | 'claim_day_per_ip'
  | 'claim_per_address'
  | 'claim_letter_per_owner'
  | 'claim_look_at_stripe'
  | 'certificate_per_ip'
  | 'certificate_pdf_per_person'
  | 'notes_per_person'
  | 'notebook_export_per_person'

/** Append-only JSON lines on disk for what a missing database must not lose. `append` answers after fsync. */
export interface Journal {
  append(entries: JournalEntry[]): Promise<void>
  /** Hands every journalled entry of this data folder to `merge`, then retires the files. Torn last lines are skipped. */
  drain(merge: (entries: JournalEntry[]) => Promise<void>): Promise<{ entries: number }>
}

export interface JournalEntry {
  kind: 'progress'
  personId: string
  at: string
  data: ProgressReport
}

export interface ProgressReport {
  lessonId: string
  /** Seconds, `[from, to]`. */
  ranges: [number, number][]
  /** Seconds; absent when only the tick was set. */
  position?: number
  /** Corrected server time of the position. */
  at: string
  done?: boolean
  clientId: string
}

// ── the course and the operator ──────────────────────────────────────────────────────────────────

export interface Lesson {
  /** Stable for ever; progress hangs on it. */
  id: string
  /** Also the URL part. */
  slug: string
  /** 1…75 through the whole course. */
  number: number
  moduleId: string
  title: string
  /** „Danach kannst du …“ */
  goal: string
  durationSeconds: number
  free: boolean
  /** Bunny guid from the front matter; a `lesson_video` row overrides it. */
  videoGuid: string | null
  /** False while only the outline exists. */
  written: boolean
  hasCaptions: boolean
  /** Where the film's parts begin, in seconds; empty before the lesson is written. */
  chapters: { at: number; title: string }[]
  /** „2026-11-30“: a lesson added later is „neu“ for whoever bought before, and counts once opened. */
  addedAt?: string | null
}

export interface CourseModule {
  id: string
  number: number
  title: string
  subtitle: string
  /** Which of the twelve tool drawings. */
  tool: string
  goal: string
  lessons: Lesson[]
}

export interface Course {
  id: 'kurs'
  title: string
  modules: CourseModule[]
  lessons: Lesson[]
}

/** `at` = Europe/Berlin wall clock „2026-11-30T06:00“; `days` after the grant began, at `time`; `now` = at once. */
export type ReleaseRule = { kind: 'now' } | { kind: 'date'; at: string } | { kind: 'days'; days: number; time: string }

export interface ReleasePlan {
  default: ReleaseRule
  modules: Record<string, ReleaseRule>
  lessons: Record<string, ReleaseRule>
}

/** One line of the spoken text; `from` and `to` in seconds of the film. */
export interface SpokenCue {
  from: number
  to: number
  text: string
}

/** Reads `content/` from disk, once; works without a database. */
export interface Content {
  course(): Course
  lesson(slugOrId: string): Lesson | null
  /** Rendered HTML of our own Markdown. */
  lessonHtml(lessonId: string): string
  /** The sentences of the lesson's checklist in order: as text, and as HTML of our own Markdown. */
  checklist(lessonId: string): { text: string; html: string }[]
  /** WebVTT text, null if there is none. */
  captions(lessonId: string): string | null
  /** The same, read; empty if there is none, or none that can be read. */
  cues(lessonId: string): SpokenCue[]
  releases(): ReleasePlan
  /** The two checkbox sentences of the order page with the version that is stored beside each order. */
  consent(): { version: string; startNow: string; acknowledgesLoss: string }
  legalHtml(page: 'agb' | 'datenschutz' | 'impressum' | 'widerruf' | 'barrierefreiheit'): string
}

export interface Operator {
  name: string
  legalForm: string | null
  street: string
  postalCode: string
  city: string
  country: string
  email: string
  phone: string
  vatId: string | null
  taxRegime: 'regular' | 'small_business'
  /** „Zugang mindestens n Jahre“. */
  accessYears: number
  versions: { terms: string; withdrawal: string; consent: string }
  /** Who made the course, in the operator's own words; empty = the block is left out. */
  about: string | null
  /** Paths of fields that still hold a `[[…]]` placeholder. */
  placeholders: string[]
}

export interface Settings {
  siteUrl: string
  dataDir: string
  sandbox: boolean
  emulated: ('stripe' | 'resend' | 'bunny')[]
  /** Local pages of the emulators, for banner and links; empty outside the sandbox. */
  emulatorUrls: { stripe?: string; inbox?: string; bunny?: string }
  livemode: boolean
  priceRef: { id?: string; lookupKey?: string }
  /** Stripe writes an invoice for every paid order, and the checkout asks for address and VAT id. */
  invoices: boolean
  mailFrom: string
  mailReplyTo: string | null
  adminEmails: string[]
  operator: Operator
  /** Whether Resend's webhook is configured; without it letters stay „übergeben“. */
  mailEvents: boolean
}
