import pg from 'pg'
import { AppError } from '#errors'
import { looksFull, looksLost, neverSent, type Verdict } from '#libs/databaseTrouble.ts'
import type { DatabaseTrouble, Db, Log } from '#ports'

/** Answers `on` on a standby too. Asked on new connections and by every probe: a server that only reads is no use. */
export const READ_ONLY = 'show transaction_read_only'
/**
 * How long a probe waits before the server counts as lost. A new connection takes long on a busy machine, and calling
 * that an outage would turn everybody away; a stopped server refuses at once anyway. The next two are for the time
 * after: how long a probe then waits, and how often one is sent.
 */
const VERDICT_TIMEOUT_MS = 2_000
const PROBE_TIMEOUT_MS = 500
const PROBE_EVERY_MS = 500
const PROBE_TRIES = 3
const LAG_LOOK_MS = 50
/** For so long after a refusal „disk full“ counts as the trouble: no read could tell that there is room again. */
const NO_ROOM_MS = 60_000

/** The longest time for which this process was too busy to run its timers, since the watch began. */
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

/**
 * True when the answer to `READ_ONLY` is `on`. Several statements sent together have several answers; the last counts.
 */
export function onlyReads(answer: pg.QueryResult | pg.QueryResult[]): boolean {
  const last = Array.isArray(answer) ? answer.at(-1) : answer
  return last?.rows[0]?.transaction_read_only === 'on'
}

export interface Watch {
  /** Runs one statement; fails at once with `database_unavailable` while the server is lost. */
  guarded<T>(work: () => Promise<T>): Promise<T>
  /** `lostAt` is when this process lost the server: sessions count within limits from then on (`survivesOutage`). */
  health: Db['health']
  /** Called each time the server is back after it was lost. */
  onRecovered(listener: () => void): void
  stop(): void
}

/**
 * The circuit breaker of the pool. The first error that may mean a lost server starts a probe. While the server does
 * not answer the probe, or takes no writes, every query fails at once with `database_unavailable`: no page waits, and
 * only probes notice the recovery. A statement refused because the disk is full is `database_unavailable` too, but
 * other statements go on. One closure, because everything depends on one state: lost or not, since when and why.
 */
export function createWatch({
  url,
  log,
  now = () => new Date(),
}: {
  url: string
  log: Log
  /** The clock of `lostAt`. */
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
        // Another statement was answered meanwhile: the server is only slow to accept a new connection.
        if (!lostAt && answeredAt > began) return 'up'
        // If this process was too busy to hear the answer, the probe says nothing about the server: try again.
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
      // The server answers, but gave no connection in time: nothing was sent, so the statement cannot run twice.
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
