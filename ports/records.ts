import type { Db } from './database.ts'

/** One thing somebody did by hand. Ids and figures only; `reason` is what the person typed. */
export interface AuditEntry {
  /** The action's idempotency key, made by the form: a second submit is the same action. */
  id: string
  at: Date
  /** `person:{id}` of an operator, `buyer`, `cli`. */
  actor: string
  /** Noun and verb: `purchase.refund`, `letter.resend`, `grant.add`. */
  action: string
  personId?: string | null
  purchaseId?: string | null
  /** What it was done to when that is neither a person nor an order: an event, a letter, a job. */
  target?: string | null
  reason?: string | null
  detail?: Record<string, unknown>
}

/** Append-only. */
export interface Audit {
  /**
   * Writes an entry in the caller's transaction, together with the effect. False when this id was written before: the
   * caller then changes nothing, because the same click came twice. Throws `conflict` when the id stands for something
   * else.
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

/** What does not work until a person acts, one row per cause. */
export interface Alarms {
  /**
   * Never throws and never waits long: an alarm must not break what it reports. Repeats within a minute are one write;
   * `always` writes each, for a cause that is rare and may have been cleared by another process meanwhile.
   */
  raise(cause: string, message: string, options?: { always?: boolean }): Promise<void>
  /** The cause is over; clearing one that is not raised does nothing. */
  clear(db: Db, cause: string): Promise<void>
  open(db: Db): Promise<Alarm[]>
  /** Claims the next mail of a cause by one conditional write; false when one was sent less than `everyMs` ago. */
  claimMail(db: Db, cause: string, everyMs: number): Promise<boolean>
}

export interface RefusedCount {
  /** `2026-11-30`, in Berlin. */
  day: string
  source: 'stripe' | 'bunny' | 'resend'
  /** A code of `errors.ts`, or a finer word where we know more. */
  reason: string
  times: number
  lastAt: Date
}

/**
 * Deliveries that a webhook route refused for good. Anybody can cause them, so they raise no alarm, but are counted by
 * day, source and reason for the operator to see.
 */
export interface RefusedDeliveries {
  /** Never throws and never waits; a process writes its counts at most once a minute. */
  count(source: RefusedCount['source'], reason: string): void
  /** The newest days first. Throws `database_unavailable`. */
  list(db: Db, options: { days: number; source?: RefusedCount['source'] }): Promise<RefusedCount[]>
  /** Deletes what is older than these days; answers how many rows went. */
  forget(db: Db, days: number): Promise<number>
}
