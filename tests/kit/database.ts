import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { TEMPLATE } from './globalSetup.ts'

export interface TestDatabase {
  url: string
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  drop(): Promise<void>
}

/** A fresh copy of the migrated template; each test file has its own. */
export const copyDatabase = (serverUrl: string) => create(serverUrl, `template ${TEMPLATE} strategy file_copy`)

/** An empty database, for a server of one's own. */
export const createEmptyDatabase = (serverUrl: string) => create(serverUrl, '')

async function create(serverUrl: string, how: string): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}_test`
  const asAdmin = async (text: string) => {
    const admin = new pg.Client({ connectionString: serverUrl })
    admin.on('error', () => {})
    await admin.connect()
    await admin.query(text)
    await admin.end()
  }
  await asAdmin(`create database ${name} ${how}`)
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).toString()
  const pool = new pg.Pool({ connectionString: url, max: 3, idleTimeoutMillis: 1_000 })
  pool.on('error', () => {})
  return {
    url,
    query: async (text, values) => (await pool.query(text, values)).rows as never,
    drop: async () => {
      await pool.end()
      await asAdmin(`drop database if exists ${name} with (force)`)
    },
  }
}
