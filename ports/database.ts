import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import type { PgDatabase } from 'drizzle-orm/pg-core'
import type * as schema from '#db/schema.ts'

export type Queries = PgDatabase<NodePgQueryResultHKT, typeof schema>

/**
 * `q` is for `store.ts` files only. `transaction` joins a running one, so a verb called inside a verb
 * commits with it. Throws `AppError('database_unavailable')` when PostgreSQL cannot be reached in time.
 */
export interface Db {
  readonly q: Queries
  readonly inTransaction: boolean
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>
  /** Is the server known to be away, and since when did this process lose it? Costs nothing. */
  health(): { up: boolean; lostAt: Date | null }
}
