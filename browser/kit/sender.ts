import { type ApiAnswer, postJson, type Refusal } from './callApi.ts'
import type { Queue, Row } from './queue.ts'

/** One kind of row and how it is sent. */
export interface Lane<Value> {
  queue: Queue<Value>
  /** The rows that fit into one request, of these, which are oldest first; at least one. */
  batch(rows: Row<Value>[]): Row<Value>[]
  /** Makes one request and removes the answered rows from the queue. Throws `NotNow` when it must be tried again. */
  send(learnerId: string, rows: Row<Value>[]): Promise<void>
  /** True for rows that wait for something else than the network. */
  rests?(row: Row<Value>): boolean
}

/** The rows stay, and are sent again after a while. */
export class NotNow extends Error {
  readonly status: number
  readonly refusal: Refusal
  constructor(status: number, refusal: Refusal) {
    super(refusal.message)
    this.status = status
    this.refusal = refusal
  }
}

/** Statuses that a repetition cannot change. */
const definite = [400, 403, 404, 409, 413, 415]
export const isDefinite = (status: number): boolean => definite.includes(status)

/** How long a request of a lane waits for its answer; without one its rows stay and are sent again. */
const WAIT_MS = 15_000

/** A lane's request, which goes on while the page ends. */
export const postRows = <Value>(path: string, rows: unknown[]): Promise<ApiAnswer<Value>> =>
  postJson<Value>(path, rows, { waitMs: WAIT_MS, survives: true })

export interface Sender {
  /**
   * Sends this page's rows, then those that wait on the device. Calls during a run are answered by one more run after
   * it. Never throws.
   */
  flush(learnerId: string): Promise<void>
  /**
   * Call when the page may be ending: sends all its own rows now, even those under way, because nobody could repeat a
   * request that fails. Arriving twice does no harm.
   */
  leave(): void
}

const RETRY_MS = 15_000
/** More rounds than any rows need, so that a mistake in a lane cannot send for ever. */
const ROUNDS = 200

// biome-ignore lint/suspicious/noExplicitAny: lanes of different rows side by side; each sees only its own
type AnyLane = Lane<any>

/**
 * Makes a sender for these lanes. `news` is called with null when all rows were sent, else with what stopped it. One
 * closure, because whoever sends, tries again or leaves must know what is under way already.
 */
export function createSender(lanes: AnyLane[], news: (learnerId: string, stopped: NotNow | null) => void): Sender {
  const underWay = new Set<string>()
  /** Rows sent because the page ends; browsers may tell that twice. */
  const parting = new Set<string>()
  const nameOf = (lane: AnyLane, row: Row) => `${lanes.indexOf(lane)} ${row.learnerId} ${row.key} ${row.version}`
  const isReady =
    (lane: AnyLane, going = underWay) =>
    (row: Row) =>
      !going.has(nameOf(lane, row)) && !lane.rests?.(row)
  const learners = () => new Set(lanes.flatMap((lane) => lane.queue.learners()))
  let sending: Promise<void> | null = null
  let again: ReturnType<typeof setTimeout> | undefined

  async function sendBatch(lane: AnyLane, learnerId: string, rows: Row[], going = underWay): Promise<void> {
    const names = rows.map((row) => nameOf(lane, row))
    for (const name of names) going.add(name)
    try {
      await lane.send(learnerId, rows)
    } finally {
      for (const name of names) going.delete(name)
    }
  }

  async function sendLane(lane: AnyLane, learnerId: string): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const own = lane.queue.own(learnerId).filter(isReady(lane))
      const ready = own.length > 0 ? own : (await lane.queue.waiting(learnerId)).filter(isReady(lane))
      if (ready.length === 0) return
      await sendBatch(lane, learnerId, lane.batch(ready))
    }
  }

  async function attempt(learnerId: string, work: () => Promise<void>): Promise<void> {
    clearTimeout(again)
    try {
      await work()
      news(learnerId, null)
    } catch (error) {
      if (!(error instanceof NotNow)) throw error
      news(learnerId, error)
      again = setTimeout(() => void sender.flush(learnerId), RETRY_MS)
    }
  }

  const sender: Sender = {
    async flush(learnerId) {
      while (sending) await sending
      sending = attempt(learnerId, async () => {
        for (const lane of lanes) await sendLane(lane, learnerId)
      }).finally(() => {
        sending = null
      })
      await sending
    },
    leave() {
      for (const learnerId of learners()) {
        const sent = lanes.flatMap((lane) => {
          // The newest first: if not all fit, these are the ones that no other page knows of.
          const ready = lane.queue.own(learnerId).filter(isReady(lane, parting)).reverse()
          return batchesOf(lane, ready).map((batch) => sendBatch(lane, learnerId, batch, parting))
        })
        // If the page stays after all (somebody only looked into another tab), it learns the result.
        if (sent.length > 0) void Promise.allSettled(sent).then(() => sender.flush(learnerId))
      }
    },
  }
  onLeave(sender.leave)
  onReturn(() => {
    for (const learnerId of learners()) void sender.flush(learnerId)
  })
  return sender
}

function batchesOf(lane: AnyLane, rows: Row[]): Row[][] {
  const batches: Row[][] = []
  for (let left = rows; left.length > 0; ) {
    const batch = lane.batch(left)
    batches.push(batch)
    left = left.filter((row) => !batch.includes(row))
  }
  return batches
}

/**
 * Listens to two events: a phone may only hide a page and end it later, and a page left by a link is not hidden first.
 */
export function onLeave(leave: () => void): () => void {
  if (typeof window === 'undefined') return () => {}
  const onHidden = () => document.visibilityState === 'hidden' && leave()
  window.addEventListener('pagehide', leave)
  document.addEventListener('visibilitychange', onHidden)
  return () => {
    window.removeEventListener('pagehide', leave)
    document.removeEventListener('visibilitychange', onHidden)
  }
}

/** Calls `back` when the network is back, or the page returns from the browser's memory with unsent rows. */
function onReturn(back: () => void): void {
  if (typeof window === 'undefined') return
  window.addEventListener('online', back)
  window.addEventListener('pageshow', (event) => event.persisted && back())
}
