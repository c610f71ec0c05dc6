import type { Db } from './database.ts'

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

/** What a piece of work may add to its span while it runs. */
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
   * Runs work in a trace whose arrows are kept. `seed` is a traceparent to continue, or a UUID that becomes the trace's
   * id, so that a repeated click is the same trace; anything else begins a new one.
   */
  begin<T>(seed: string | null, work: () => Promise<T>): Promise<T>
  /**
   * Runs work in the trace that came with a job, a row or Stripe's metadata. Null or the running trace changes nothing.
   */
  continue<T>(traceparent: string | null | undefined, work: () => Promise<T>): Promise<T>
  /** The present place in the trace, for rows, jobs and metadata; null outside of any span. */
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

/** The arrows of one trace as they happened, for the live flow view. Some may be missing, so nothing relies on them. */
export interface Flow {
  /** In order of time, at most 600. */
  steps(db: Db, traceId: string): Promise<FlowStep[]>
  /** Deletes at most `limit` older steps; answers how many. */
  forget(db: Db, before: Date, limit: number): Promise<number>
}
