import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import type { PgDatabase } from 'drizzle-orm/pg-core'
import type * as schema from '#db/schema.ts'

export type Queries = PgDatabase<NodePgQueryResultHKT, typeof schema>

/**
 * What is wrong with PostgreSQL. `read_only`: a standby, or configured so. `no_room`: its disk or memory refused a
 * statement within the last minute; other statements go on.
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
  /** Whether the server answers as far as this process knows, since when it lost it, and why. Asks nobody. */
  health(): { up: boolean; lostAt: Date | null; trouble: DatabaseTrouble | null }
}
