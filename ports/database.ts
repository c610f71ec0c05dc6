import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import type { PgDatabase } from 'drizzle-orm/pg-core'
import type * as schema from '#db/schema.ts'

export type Queries = PgDatabase<NodePgQueryResultHKT, typeof schema>

/**
 * Why PostgreSQL does not do our work. `read_only`: a standby, or set so. `no_room`: its disk or memory refused a
 * statement within the last minute; everything else goes on.
 */
export type DatabaseTrouble = 'unreachable' | 'read_only' | 'no_room'

/**
 * `q` is for `store.ts` files only. `transaction` joins a running one, so a verb called inside a verb
 * commits with it. Throws `AppError('database_unavailable')` when PostgreSQL cannot be reached in time, takes no
 * writes or has no room.
 */
export interface Db {
  readonly q: Queries
  readonly inTransaction: boolean
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>
  /** Is the server known to be away, since when did this process lose it, and why? Costs nothing. */
  health(): { up: boolean; lostAt: Date | null; trouble: DatabaseTrouble | null }
}
