import type { Db } from './database.ts'

export interface InboxEvent {
  source: 'stripe' | 'bunny' | 'resend'
  id: string
  type: string
  objectId: string | null
  livemode: boolean
  apiVersion: string | null
  /** Null: somebody else's event, of which only ids are kept. */
  raw: Buffer | null
  requestId: string
  /** W3C trace context, from our own metadata or tags in the delivery; absent = read from `raw`. */
  traceparent?: string | null
  /** Set for types that nobody works on: the row is stored as handled, without a job. */
  outcome?: string
  /** True: we found it by asking the sender; absent: the sender delivered it. */
  found?: true
}

export interface StoredEvent extends Omit<InboxEvent, 'raw' | 'outcome' | 'found'> {
  raw: Buffer | null
  receivedAt: Date
  /** When the sender first delivered it; null: so far we only found it by asking. */
  deliveredAt: Date | null
  handledAt: Date | null
  /** When an operator last had it worked again; its age as an open event counts from then. */
  reopenedAt: Date | null
  outcome: string | null
  attempts: number
  lastError: string | null
}

/** An event in a list, without its body. */
export type EventHead = Omit<StoredEvent, 'raw'>

/**
 * The event store. `reserve` commits event and job together; `markProcessed` comes after effects that may run twice.
 */
export interface Inbox {
  /**
   * Stores an event once. A delivery of an event that we had found by asking is a duplicate, and marks it as delivered.
   * Throws `database_unavailable`.
   */
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
  /** When the sender last delivered one of these types (absent: anything) for the first time; null: never. */
  deliveredLast(source: InboxEvent['source'], types?: string[]): Promise<Date | null>
  /** Empties bodies of handled events older than this, at most so many; answers how many. */
  forgetBodies(receivedBefore: Date, limit: number): Promise<number>
  list(filter: {
    source?: InboxEvent['source']
    open?: boolean
    limit: number
    before?: Date
    /** The last row of the page before; exact even when many rows share one instant. */
    beforeRow?: { source: InboxEvent['source']; id: string }
    objectIds?: string[]
    failing?: boolean
  }): Promise<EventHead[]>
}
