import { drizzle } from 'drizzle-orm/node-postgres'
import { PgPreparedQuery } from 'drizzle-orm/pg-core'
import pg from 'pg'
import * as schema from '#db/schema.ts'
import { AppError } from '#errors'
import { looksFull, looksLost, neverSent, ReadOnlyServer, type Verdict } from '#libs/databaseTrouble.ts'
import { clientWithNames } from '#libs/preparedClient.ts'
import type { DatabaseTrouble, Db, Log, Queries } from '#ports'

/** A query that has not answered by then is given up: a frozen server must not freeze us. */
const QUERY_TIMEOUT_MS = 2_500
/**
 * The server's own end for what we gave up, or what a frozen process of ours began: until then it would wait for locks
 * or hold them, the journal's among them, as long as TCP believes in us.
 */
const SERVER_LIMITS = "set statement_timeout = '5s'; set idle_in_transaction_session_timeout = '15s'"
/** Also on on a standby. Asked of new connections and of every probe: a server that only reads is of no use to us. */
const READ_ONLY = 'show transaction_read_only'
/** Waiting for a free or new connection; longer than a probe, because a busy pool is not a lost database. */
const CONNECT_TIMEOUT_MS = 2_500
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

// drizzle puts the query's parameters (addresses, names) into its error messages. We want PostgreSQL's own
// error, with its code, and no personal data in logs.
Object.assign(PgPreparedQuery.prototype, {
  queryWithCache: (_text: string, _params: unknown[], query: () => Promise<unknown>) => query(),
})

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
function onlyReads(answer: pg.QueryResult | pg.QueryResult[]): boolean {
  const last = Array.isArray(answer) ? answer.at(-1) : answer
  return last?.rows[0]?.transaction_read_only === 'on'
}

export interface Database {
  db: Db
  /** For libs that speak plain SQL (rate limiter, job queue, inbox); guarded by the same breaker. */
  pool: pg.Pool
  /** Called each time the server is back after it was lost. */
  onRecovered(listener: () => void): void
  close(): Promise<void>
}

/**
 * The pool with its circuit breaker. The first error that speaks of the server starts a probe; while the server does
 * not answer it, or takes no writes, every query fails at once with `database_unavailable`, so a page waits for
 * nothing, and the probe alone notices the recovery. `health().lostAt` is when this process lost it (DESIGN: degraded
 * sessions). A statement that a full disk refuses is `database_unavailable` too, but the others go on.
 */
export function createDatabase(options: {
  url: string
  maxConnections?: number
  log: Log
  /** A SET of ours would stay on a server that others use next: then the limits are the pooler's to set. */
  behindPooler?: boolean
  /** What `lostAt` is told in, and compared with. */
  now?: () => Date
}): Database {
  const { url, log, now = () => new Date() } = options
  const greeting = options.behindPooler ? READ_ONLY : `${SERVER_LIMITS}; ${READ_ONLY}`
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

  class GuardedPool extends pg.Pool {
    // biome-ignore lint/suspicious/noExplicitAny: pg overloads these with callbacks, which nobody here uses
    override query(...args: any[]): any {
      // biome-ignore lint/suspicious/noExplicitAny: as above
      return guarded(() => (super.query as any)(...args))
    }
    // biome-ignore lint/suspicious/noExplicitAny: pg.Pool itself calls connect with a callback
    override connect(...args: any[]): any {
      // biome-ignore lint/suspicious/noExplicitAny: as above
      if (args.length > 0) return (super.connect as any)(...args)
      return guarded(() => super.connect())
    }
  }

  const pool = new GuardedPool({
    connectionString: url,
    Client: clientWithNames(),
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    // By SET, not as start-up parameters: PgBouncer refuses those. The pool waits for the answer.
    onConnect: async (client) => {
      if (onlyReads(await client.query(greeting))) throw new ReadOnlyServer()
    },
  })
  pool.on('error', () => {}) // an idle client may lose its server at any time; the next query finds out
  pool.on('connect', (client) => client.on('error', () => {}))

  const queries: Queries = drizzle(pool, { schema }) as unknown as Queries
  const isFull = () => performance.now() - refusedAt < NO_ROOM_MS
  const health = () => ({ up: lostAt === null, lostAt, trouble: trouble ?? (isFull() ? ('no_room' as const) : null) })

  /**
   * drizzle's transaction on a pool loses the connection when BEGIN fails, and gives it back when the answer to
   * ROLLBACK never came: the next writer would then join a transaction that nobody commits. So the connection is ours,
   * and one that is not idle afterwards is closed.
   */
  async function onOwnClient<T>(work: (q: Queries) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    let failure: unknown
    try {
      return await work(drizzle(client) as unknown as Queries)
    } catch (error) {
      failure = error
      throw error
    } finally {
      client.release(looksLost(failure) || client.getTransactionStatus() !== 'I')
    }
  }

  const joined = (q: Queries): Db => {
    const db: Db = { q, inTransaction: true, transaction: (work) => work(db), health }
    return db
  }
  const db: Db = {
    q: queries,
    inTransaction: false,
    transaction: (work) => guarded(() => onOwnClient((q) => q.transaction((tx) => work(joined(tx as Queries))))),
    health,
  }

  return {
    db,
    pool,
    onRecovered: (listener) => void recovered.push(listener),
    close: async () => {
      if (timer) clearInterval(timer)
      await pool.end()
    },
  }
}
