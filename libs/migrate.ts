import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import { createQueues } from '#libs/jobQueue.ts'
import { migrationsFolder } from '#libs/schemaVersion.ts'

const LEAST_VERSION = 150_000

/**
 * Brings a database to this tree's schema: our tables, pg-boss's tables and the queues. Any number may run at
 * once: an advisory lock lets one after the other through, and each finds nothing left to do.
 * Throws an `Error` of one sentence when the server is away, too old, or takes no writes.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  await client.connect().catch((error: Error & { code?: string }) => {
    const { hostname, port } = new URL(databaseUrl)
    throw new Error(
      `The database at ${hostname}:${port || 5432} cannot be used (${error.message || error.code}). Check DATABASE_URL, and that the server runs.`,
    )
  })
  try {
    const { rows } = await client.query<{ version: number }>(
      `select current_setting('server_version_num')::int as version`,
    )
    if ((rows[0]?.version ?? 0) < LEAST_VERSION)
      throw new Error(
        'DATABASE_URL leads to a PostgreSQL older than 15. Use a newer server, or leave it empty for the embedded one.',
      )
    const { rows: reads } = await client.query<{ transaction_read_only: string }>('show transaction_read_only')
    if (reads[0]?.transaction_read_only === 'on')
      throw new Error(
        'DATABASE_URL leads to a server that takes no writes: a standby, or one that is set to read only. Promote it, or name the primary.',
      )
    await client.query(`select pg_advisory_lock(hashtext('werkstatt.migrate'))`)
    await applyMigrations(drizzle({ client }), { migrationsFolder: migrationsFolder() })
    await createQueues(databaseUrl)
  } finally {
    await client.end()
  }
}
