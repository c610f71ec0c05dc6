import type { Db } from './database.ts'

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
  /** True: a look of ours found it at the sender; absent: the sender delivered it. */
  found?: true
}

export interface StoredEvent extends Omit<InboxEvent, 'raw' | 'outcome' | 'found'> {
  raw: Buffer | null
  receivedAt: Date
  /** When the sender first delivered it; null: only a look of ours knows it so far. */
  deliveredAt: Date | null
  handledAt: Date | null
  /** When somebody last had it worked again: from then on it can be late. */
  reopenedAt: Date | null
  outcome: string | null
  attempts: number
  lastError: string | null
}

/** As a list tells it: without the body. */
export type EventHead = Omit<StoredEvent, 'raw'>

/**
 * The event store. `reserve` commits event and job together; `markProcessed` comes after effects that may run twice.
 */
export interface Inbox {
  /** A delivery of what a look had found is a duplicate, and marks the row as delivered. */
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
    /** Pages on after this row: exact, also when many rows share one instant. */
    beforeRow?: { source: InboxEvent['source']; id: string }
    objectIds?: string[]
    failing?: boolean
  }): Promise<EventHead[]>
}
