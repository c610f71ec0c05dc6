import { drizzle } from 'drizzle-orm/node-postgres'
import { PgPreparedQuery } from 'drizzle-orm/pg-core'
import pg from 'pg'
import * as schema from '#db/schema.ts'
import { AppError } from '#errors'
import { clientWithNames } from '#libs/preparedClient.ts'
import type { Db, Log, Queries } from '#ports'

/** A query that has not answered by then is given up: a frozen server must not freeze us. */
const QUERY_TIMEOUT_MS = 2_500
/**
 * The server's own end for what we gave up, or what a frozen process of ours began: until then it would wait for locks
 * or hold them, the journal's among them, as long as TCP believes in us.
 */
const SERVER_LIMITS = "set statement_timeout = '5s'; set idle_in_transaction_session_timeout = '15s'"
/** Waiting for a free or new connection; longer than a probe, because a busy pool is not a lost database. */
const CONNECT_TIMEOUT_MS = 1_500
const PROBE_TIMEOUT_MS = 500
const PROBE_EVERY_MS = 500
const PROBE_TRIES = 3
const LAG_LOOK_MS = 50

// drizzle puts the query's parameters (addresses, names) into its error messages. We want PostgreSQL's own
// error, with its code, and no personal data in logs.
Object.assign(PgPreparedQuery.prototype, {
  queryWithCache: (_text: string, _params: unknown[], query: () => Promise<unknown>) => query(),
})

const lostCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH'])
const lostStates = new Set(['57P01', '57P02', '57P03', '53300'])
const lostMessages = /timeout exceeded when trying to connect|Query read timeout|Connection terminated|not queryable/

const neverBegan = /timeout exceeded when trying to connect|terminated due to connection timeout/

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

/** True for errors that speak about the connection, not about the statement. */
export function looksLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = (error as { code?: string }).code ?? ''
  if (lostCodes.has(code) || lostStates.has(code) || /^08/.test(code)) return true
  // A FATAL ends the connection, whatever its reason: a database closed for maintenance, a changed password.
  if ((error as { severity?: string }).severity === 'FATAL') return true
  const inner = error instanceof AggregateError ? error.errors.some(looksLost) : false
  return inner || lostMessages.test(error.message)
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
 * The pool with its circuit breaker. The first connection error starts a probe; while the server does not
 * answer the probe every query fails at once with `database_unavailable`, so a page waits for nothing, and
 * the probe alone notices the recovery. `health().lostAt` is when this process lost it (DESIGN: degraded sessions).
 */
export function createDatabase(options: { url: string; maxConnections?: number; log: Log }): Database {
  const { url, log } = options
  let lostAt: Date | null = null
  let probing: Promise<boolean> | null = null
  let timer: NodeJS.Timeout | null = null
  const recovered: (() => void)[] = []

  async function answers(): Promise<boolean> {
    const lag = watchLag()
    try {
      for (let attempt = 1; attempt <= PROBE_TRIES; attempt++) {
        if (await answersOnce()) return true
        // A process that was busy with itself had no time to hear the answer: that says nothing of the server.
        if (lag.longest() < PROBE_TIMEOUT_MS / 2) return false
      }
      return false
    } finally {
      lag.stop()
    }
  }

  async function answersOnce(): Promise<boolean> {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: PROBE_TIMEOUT_MS,
      query_timeout: PROBE_TIMEOUT_MS,
    })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query('select 1')
      return true
    } catch {
      return false
    } finally {
      void client.end().catch(() => {})
    }
  }

  async function probe(): Promise<boolean> {
    probing ??= answers().finally(() => {
      probing = null
    })
    const up = await probing
    if (up && lostAt) {
      log.info({ awayMs: Date.now() - lostAt.getTime() }, 'database is back')
      lostAt = null
      if (timer) clearInterval(timer)
      timer = null
      for (const listener of recovered) listener()
    } else if (!up && !lostAt) {
      lostAt = new Date()
      log.error({}, 'database is lost, working without it')
      timer = setInterval(() => void probe(), PROBE_EVERY_MS)
      timer.unref()
    }
    return up
  }

  const unavailable = (cause?: unknown) => new AppError('database_unavailable', 'PostgreSQL is away', { cause })

  async function guarded<T>(work: () => Promise<T>, again = true): Promise<T> {
    if (lostAt) throw unavailable()
    try {
      return await work()
    } catch (error) {
      if (!looksLost(error)) throw error
      const up = await probe()
      // No connection in time from a server that answers: nothing was sent, so asking again cannot happen twice.
      if (up && again && neverBegan.test((error as Error).message)) return guarded(work, false)
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
    onConnect: (client) => client.query(SERVER_LIMITS),
  })
  pool.on('error', () => {}) // an idle client may lose its server at any time; the next query finds out
  pool.on('connect', (client) => client.on('error', () => {}))

  const queries: Queries = drizzle(pool, { schema }) as unknown as Queries
  const health = () => ({ up: lostAt === null, lostAt })

  /**
   * drizzle's transaction on a pool loses the connection when BEGIN fails, and gives it back when the answer to ROLLBACK
   * never came: the next writer would then join a transaction that nobody commits. So the connection is ours, and one
   * that is not idle afterwards is closed.
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
