import type { Db } from './database.ts'

/** Job name → payload. Payloads carry ids, never facts. `send` adds the `traceparent` of whoever sends. */
export interface JobPayloads {
  'stripe.event': { eventId: string; requestId: string; traceparent?: string }
  'bunny.event': { eventId: string; requestId: string; traceparent?: string }
  'resend.event': { eventId: string; requestId: string; traceparent?: string }
  /** `closely`: also ask Stripe for inquiries and early fraud warnings. */
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
   * Sends a job in the caller's transaction, so that both commit or neither; else in one of its own. A second send of
   * the same `id` is ignored.
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
    jobs: { data: JobPayloads[Name]; id?: string; startAfter?: Date; priority?: number }[],
  ): Promise<void>
  /**
   * Those of these payload values that have a job which waits, runs or will be tried again. Throws
   * `database_unavailable`.
   */
  alive<Name extends JobName>(
    db: Db,
    name: Name,
    field: keyof JobPayloads[Name] & string,
    values: string[],
  ): Promise<Set<string>>
  /**
   * Payload value → when its last job failed for good, for those of these values that have such a job. Throws
   * `database_unavailable`.
   */
  died<Name extends JobName>(
    db: Db,
    name: Name,
    field: keyof JobPayloads[Name] & string,
    values: string[],
  ): Promise<Map<string, Date>>
  /** Takes such jobs off the list of dead ones, because another job does their work now. Answers how many. */
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
  /** Jobs that failed and wait for their next try. */
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
