import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { ConfigError } from '#config'

/** What kind of pooler stands between us and PostgreSQL, found out by its behaviour, not by version or name. */
export interface Pooling {
  /** `session`: a connection keeps its server until it ends. `transaction`: only until the commit. */
  mode: 'none' | 'session' | 'transaction'
  /** A statement kept under a name is found again, whichever server the next transaction gets. */
  prepared: boolean
}

/** Time limit for connecting and for each query; generous, because a busy machine is not a lost one. */
const ANSWER_MS = 3_000
/**
 * So many connections are held: in session mode none gets the first one's server, in transaction mode one soon does.
 */
const HOLDERS = 3

/**
 * Asks twice which server process serves us, while other connections hold theirs. Changes nothing and leaves only one
 * prepared statement behind. Rejects when there is no answer.
 */
export async function probePooler(url: string): Promise<Pooling> {
  const open: pg.Client[] = []
  const connect = async () => {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
    })
    client.on('error', () => {})
    open.push(client)
    await client.connect()
    return client
  }
  try {
    const asker = await connect()
    const server = await serverOf(asker)
    // A pooler invents the process id for cancelling; PostgreSQL itself tells that of the serving process.
    if (server === (asker as unknown as { processID: number }).processID) return { mode: 'none', prepared: true }
    const kept = { name: `probe_${randomUUID()}`, text: 'select $1::int as kept', values: [1] }
    await asker.query(kept)
    for (let count = 0; count < HOLDERS; count++) {
      const holder = await connect()
      const taken = await holdServer(holder)
      // In session mode no server may be left for this one; in transaction mode the asker's would be free.
      if (taken === 'none free') break
      if (taken === 'refused') return { mode: 'transaction', prepared: false }
      const another = taken === server ? holder : (await serverOf(asker)) === server ? null : asker
      if (another) return { mode: 'transaction', prepared: await another.query(kept).then(yes, no) }
    }
    return { mode: 'session', prepared: true }
  } finally {
    await Promise.all(open.map((client) => client.end().catch(no)))
  }
}

const yes = () => true
const no = () => false

async function serverOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid ?? 0
}

/** Begins a transaction and answers the process id of its server. Statement pooling refuses to begin one. */
async function holdServer(client: pg.Client): Promise<number | 'none free' | 'refused'> {
  try {
    await client.query('begin')
    return await serverOf(client)
  } catch (error) {
    return /timeout/i.test((error as Error).message) ? 'none free' : 'refused'
  }
}

export interface DatabaseAddresses {
  databaseUrl: string
  /** For LISTEN, migrations and whatever else lives longer than a transaction; often the same. */
  directUrl: string
}

/** Why we do not work with this pooler, and the cure; null: we do. Rejects when a server does not answer. */
export async function poolerRefusal({ databaseUrl, directUrl }: DatabaseAddresses): Promise<string | null> {
  const { mode, prepared } = await probePooler(databaseUrl)
  if (!prepared)
    return 'DATABASE_URL leads through a pooler in transaction mode that loses prepared statements. Use PgBouncer 1.21 or newer with max_prepared_statements above 0 (and DATABASE_DIRECT_URL), or its pool_mode=session, or the address of the server itself.'
  if (mode === 'transaction' && directUrl === databaseUrl)
    return 'DATABASE_URL leads through a pooler in transaction mode, where LISTEN hears nothing and migrations lose their lock. Set DATABASE_DIRECT_URL to the address of the server itself.'
  if (directUrl !== databaseUrl && (await probePooler(directUrl)).mode === 'transaction')
    return 'DATABASE_DIRECT_URL leads through a pooler in transaction mode. Give the address of the server itself.'
  return null
}

const ASK_AGAIN_MS = 5_000

/**
 * Refuses a pooler that would lose notifications or statements, before anything is done with it. While no server
 * answers this cannot be known, and the process serves without a database; the server is then asked until it answers,
 * and `refuse` is called if needed. Throws `ConfigError`.
 */
export async function demandPooler(addresses: DatabaseAddresses, refuse?: (sentence: string) => void): Promise<void> {
  const refusal = await poolerRefusal(addresses).catch(() => undefined)
  if (refusal) throw new ConfigError(refusal)
  if (refusal === null || !refuse) return
  const again = () => void demandPooler(addresses, refuse).catch((error: Error) => refuse(error.message))
  setTimeout(again, ASK_AGAIN_MS).unref()
}
