import pg from 'pg'
import { readSchemaState, type SchemaState } from '#libs/schemaVersion.ts'

/**
 * What a look from outside tells of a database: `version` as in 15.8, and whether our tables are current. Rejects when
 * it cannot be reached.
 */
export async function probeDatabase(url: string): Promise<{ version: string; major: number; schema: SchemaState }> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<{ version: string }>(`select current_setting('server_version') as version`)
    const version = rows[0]?.version ?? '0'
    return { version, major: Number.parseInt(version, 10), schema: await readSchemaState((text) => client.query(text)) }
  } finally {
    await client.end()
  }
}
