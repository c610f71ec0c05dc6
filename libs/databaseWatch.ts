import pg from 'pg'
import { AppError } from '#errors'
import { looksFull, looksLost, neverSent, type Verdict } from '#libs/databaseTrouble.ts'
import type { DatabaseTrouble, Db, Log } from '#ports'

/** Also on on a standby. Asked of new connections and of every probe: a server that only reads is of no use to us. */
export const READ_ONLY = 'show transaction_read_only'
/**
 * Before a server is called lost: on a machine without a processor to spare a new connection takes its time, and
 * whoever calls that an outage turns everybody away. A server that is stopped refuses at once. Then: how soon its
 * return is seen.
 */
const VERDICT_TIMEOUT_MS = 2_000
const PROBE_TIMEOUT_MS = 500
const PROBE_EVERY_MS = 500
const PROBE_TRIES = 3
const LAG_LOOK_MS = 50
/** A statement refused for want of room explains the trouble this long; no read could tell that there is room again. */
const NO_ROOM_MS = 60_000

/** How long this process could not come to its own timers since the watch began. */
function watchLag(): { longest(): number; stop(): void } {
  let last = performance.now()
  let longest = 0
  const look = () => {
    longest = Math.max(longest, performance.now() - last - LAG_LOOK_MS)
    last = performance.now()
  }
  const timer = setInterval(look, LAG_LOOK_MS)
  return {
    longest: () => {
      look()
      return longest
    },
    stop: () => clearInterval(timer),
  }
}

/** The last answer of `show transaction_read_only`. Several statements at once have several answers. */
export function onlyReads(answer: pg.QueryResult | pg.QueryResult[]): boolean {
  const last = Array.isArray(answer) ? answer.at(-1) : answer
  return last?.rows[0]?.transaction_read_only === 'on'
}

export interface Watch {
  /** Runs a statement's work; fails at once with `database_unavailable` while the server is lost. */
  guarded<T>(work: () => Promise<T>): Promise<T>
  /** `lostAt` is when this process lost the server (DESIGN: degraded sessions). */
  health: Db['health']
  /** Called each time the server is back after it was lost. */
  onRecovered(listener: () => void): void
  stop(): void
}

/**
 * The circuit breaker of the pool. The first error that speaks of the server starts a probe; while the server does not
 * answer it, or takes no writes, every query fails at once with `database_unavailable`, so a page waits for nothing and
 * the probe alone notices the recovery. A statement that a full disk refuses is `database_unavailable` too, but the
 * others go on. One closure, because all of it turns on one state: lost or not, since when and why.
 */
export function createWatch({
  url,
  log,
  now = () => new Date(),
}: {
  url: string
  log: Log
  /** What `lostAt` is told in, and compared with. */
  now?: () => Date
}): Watch {
  let lostAt: Date | null = null
  let trouble: DatabaseTrouble | null = null
  let refusedAt = Number.NEGATIVE_INFINITY
  let answeredAt = Number.NEGATIVE_INFINITY
  let probing: Promise<Verdict> | null = null
  let timer: NodeJS.Timeout | null = null
  const recovered: (() => void)[] = []

  async function answers(): Promise<Verdict> {
    const began = performance.now()
    const lag = watchLag()
    try {
      for (let attempt = 1; attempt <= PROBE_TRIES; attempt++) {
        const verdict = await answersOnce()
        if (verdict !== 'unreachable') return verdict
        // Somebody's statement came back meanwhile: it is slow to let in a new connection, and not lost.
        if (!lostAt && answeredAt > began) return 'up'
        // A process that was busy with itself had no time to hear the answer: that says nothing of the server.
        if (lag.longest() < PROBE_TIMEOUT_MS / 2) return verdict
      }
      return 'unreachable'
    } finally {
      lag.stop()
    }
  }

  async function answersOnce(): Promise<Verdict> {
    const patience = lostAt ? PROBE_TIMEOUT_MS : VERDICT_TIMEOUT_MS
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: patience,
      query_timeout: patience,
    })
    client.on('error', () => {})
    try {
      await client.connect()
      return onlyReads(await client.query(READ_ONLY)) ? 'read_only' : 'up'
    } catch {
      return 'unreachable'
    } finally {
      void client.end().catch(() => {})
    }
  }

  async function probe(): Promise<boolean> {
    probing ??= answers().finally(() => {
      probing = null
    })
    const verdict = await probing
    if (verdict === 'up') found()
    else miss(verdict)
    return verdict === 'up'
  }

  function found(): void {
    if (!lostAt) return
    log.info({ awayMs: now().getTime() - lostAt.getTime() }, 'database is back')
    lostAt = null
    trouble = null
    if (timer) clearInterval(timer)
    timer = null
    for (const listener of recovered) listener()
  }

  function miss(why: DatabaseTrouble): void {
    if (!lostAt || trouble !== why) log.error({ why }, 'database is lost, working without it')
    trouble = why
    if (lostAt) return
    lostAt = now()
    timer = setInterval(() => void probe(), PROBE_EVERY_MS)
    timer.unref()
  }

  const unavailable = (cause?: unknown) => new AppError('database_unavailable', 'PostgreSQL is away', { cause })

  async function guarded<T>(work: () => Promise<T>, again = true): Promise<T> {
    if (lostAt) throw unavailable()
    try {
      const answer = await work()
      answeredAt = performance.now()
      return answer
    } catch (error) {
      if (looksFull(error)) {
        if (!isFull()) log.error({ err: error }, 'the database has no room for a statement')
        refusedAt = performance.now()
        throw unavailable(error)
      }
      if (!looksLost(error)) throw error
      const up = await probe()
      // No connection in time from a server that answers: nothing was sent, so asking again cannot happen twice.
      if (up && again && neverSent(error)) return guarded(work, false)
      throw unavailable(error)
    }
  }

  const isFull = () => performance.now() - refusedAt < NO_ROOM_MS
  const health = () => ({ up: lostAt === null, lostAt, trouble: trouble ?? (isFull() ? ('no_room' as const) : null) })

  return {
    guarded: (work) => guarded(work),
    health,
    onRecovered: (listener) => void recovered.push(listener),
    stop: () => {
      if (timer) clearInterval(timer)
    },
  }
}
