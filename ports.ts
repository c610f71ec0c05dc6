import type { Content } from './ports/course.ts'
import type { Db } from './ports/database.ts'
import type { Documents } from './ports/documents.ts'
import type { Inbox } from './ports/inbox.ts'
import type { Jobs } from './ports/jobs.ts'
import type { Journal } from './ports/journal.ts'
import type { Limits } from './ports/limits.ts'
import type { Letters, Mailer } from './ports/mail.ts'
import type { Payments } from './ports/payments.ts'
import type { Clock, EndedSessions, Ids, Log, Vitals } from './ports/process.ts'
import type { Alarms, Audit, RefusedDeliveries } from './ports/records.ts'
import type { Settings } from './ports/settings.ts'
import type { Tokens } from './ports/tokens.ts'
import type { Flow, Trace } from './ports/trace.ts'
import type { VideoHost } from './ports/videos.ts'

export type * from './ports/course.ts'
export type * from './ports/database.ts'
export type * from './ports/documents.ts'
export type * from './ports/inbox.ts'
export type * from './ports/jobs.ts'
export type * from './ports/journal.ts'
export type * from './ports/limits.ts'
export type * from './ports/mail.ts'
export type * from './ports/payments.ts'
export type * from './ports/process.ts'
export type * from './ports/records.ts'
export type * from './ports/settings.ts'
export type * from './ports/tokens.ts'
export type * from './ports/trace.ts'
export type * from './ports/videos.ts'

/**
 * The outside as the domain needs it. Types only: the domain knows nothing else of the world, and
 * `platform.ts` puts something behind each port. Amounts are cents, durations and positions seconds
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
  endedSessions: EndedSessions
  audit: Audit
  alarms: Alarms
  refusedDeliveries: RefusedDeliveries
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
