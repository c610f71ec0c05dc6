import { readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Whether the database has every migration of this tree. `newer` is fine: another instance is already on the
 * next version, and migrations only add. `old` and `empty` must not be served.
 */
export type SchemaState = 'current' | 'newer' | 'old' | 'empty'

export const migrationsFolder = (root = process.cwd()) => path.join(root, 'db', 'migrations')

type Query = (text: string) => Promise<{ rows: Record<string, unknown>[] }>

/** Reads the newest applied migration and compares it with `db/migrations`. Rejects when the database is away. */
export async function readSchemaState(query: Query, root = process.cwd()): Promise<SchemaState> {
  const journal = JSON.parse(readFileSync(path.join(migrationsFolder(root), 'meta', '_journal.json'), 'utf8')) as {
    entries: { when: number }[]
  }
  const wanted = Math.max(...journal.entries.map(({ when }) => when))
  const table = await query(`select to_regclass('drizzle.__drizzle_migrations') is not null as there`)
  if (!table.rows[0]?.there) return 'empty'
  const { rows } = await query('select max(created_at)::float8 as newest from drizzle.__drizzle_migrations')
  const newest = rows[0]?.newest
  if (typeof newest !== 'number') return 'empty'
  if (newest === wanted) return 'current'
  return newest > wanted ? 'newer' : 'old'
}
