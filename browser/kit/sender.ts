import type { Refusal } from './callApi.ts'
import type { Queue, Row } from './queue.ts'

/** One kind of row and how it is sent. */
export interface Lane<Value> {
  queue: Queue<Value>
  /** Of these, oldest first and at least one, those that one request takes. */
  batch(rows: Row<Value>[]): Row<Value>[]
  /** One request; takes what was answered out of the queue. Throws `NotNow` when it must be tried again. */
  send(learnerId: string, rows: Row<Value>[]): Promise<void>
  /** Rows that wait for something else than the network. */
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

/** What no repetition changes. */
const definite = [400, 403, 404, 409, 413, 415]
export const isDefinite = (status: number): boolean => definite.includes(status)

export interface Sender {
  /**
   * Sends this page's rows, then what else waits on the device. Calls during a run join it and one more follows. Never
   * throws.
   */
  flush(learnerId: string): Promise<void>
  /**
   * The page may be going away for good: everything of its own goes out now, what is under way too. If that first
   * request is refused, nobody is left to repeat it; arriving twice changes nothing.
   */
  leave(): void
}

const RETRY_MS = 15_000
/** More rounds than anybody's rows need; a mistake in a lane must not ask for ever. */
const ROUNDS = 200

// biome-ignore lint/suspicious/noExplicitAny: lanes of different rows side by side; each sees only its own
type AnyLane = Lane<any>

/** `news`: null when all that waited is over there, else what stopped it. */
export function createSender(lanes: AnyLane[], news: (learnerId: string, stopped: NotNow | null) => void): Sender {
  const underWay = new Set<string>()
  /** Sent because the page ends; a browser says so twice. */
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
          // The newest first: if not all of them fit, they are the ones no other page knows of.
          const ready = lane.queue.own(learnerId).filter(isReady(lane, parting)).reverse()
          return batchesOf(lane, ready).map((batch) => sendBatch(lane, learnerId, batch, parting))
        })
        // Who only looked into another tab hears what became of it.
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

/** Both: a phone hides a page and never says another word, and a page that is left in sight is not hidden before. */
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

/** The network is back, or the page comes out of the browser's memory with what it could not send. */
function onReturn(back: () => void): void {
  if (typeof window === 'undefined') return
  window.addEventListener('online', back)
  window.addEventListener('pageshow', (event) => event.persisted && back())
}
