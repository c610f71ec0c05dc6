import { drizzle } from 'drizzle-orm/node-postgres'
import { PgPreparedQuery } from 'drizzle-orm/pg-core'
import pg from 'pg'
import * as schema from '#db/schema.ts'
import { looksLost, ReadOnlyServer } from '#libs/databaseTrouble.ts'
import { createWatch, onlyReads, READ_ONLY, type Watch } from '#libs/databaseWatch.ts'
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
const CONNECT_TIMEOUT_MS = 2_500
// drizzle puts the query's parameters (addresses, names) into its error messages. We want PostgreSQL's own
// error, with its code, and no personal data in logs.
Object.assign(PgPreparedQuery.prototype, {
  queryWithCache: (_text: string, _params: unknown[], query: () => Promise<unknown>) => query(),
})

export interface Database {
  db: Db
  /** For libs that speak plain SQL (rate limiter, job queue, inbox); guarded by the same breaker. */
  pool: pg.Pool
  /** Called each time the server is back after it was lost. */
  onRecovered(listener: () => void): void
  close(): Promise<void>
}

interface DatabaseOptions {
  url: string
  maxConnections?: number
  log: Log
  /** A SET of ours would stay on a server that others use next: then the limits are the pooler's to set. */
  behindPooler?: boolean
  /** What `lostAt` is told in, and compared with. */
  now?: () => Date
}

/** The pool behind the watch (`libs/databaseWatch.ts`), and our transactions on it. Opens no connection. */
export function createDatabase(options: DatabaseOptions): Database {
  const watch = createWatch(options)
  const pool = openPool(options, watch)
  return {
    db: createDb(pool, watch),
    pool,
    onRecovered: watch.onRecovered,
    close: async () => {
      watch.stop()
      await pool.end()
    },
  }
}

type Guard = Pick<Watch, 'guarded' | 'health'>

/** A pool whose queries and connections all go through the watch. */
function openPool(options: DatabaseOptions, { guarded }: Guard): pg.Pool {
  const greeting = options.behindPooler ? READ_ONLY : `${SERVER_LIMITS}; ${READ_ONLY}`

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
    connectionString: options.url,
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
  return pool
}

/** The port `Db`: drizzle on the pool, and transactions on connections of our own. */
function createDb(pool: pg.Pool, { guarded, health }: Guard): Db {
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
  return {
    q: drizzle(pool, { schema }) as unknown as Queries,
    inTransaction: false,
    transaction: (work) => guarded(() => onOwnClient((q) => q.transaction((tx) => work(joined(tx as Queries))))),
    health,
  }
}
