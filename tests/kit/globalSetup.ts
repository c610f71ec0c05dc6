import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '#libs/migrate.ts'
import { bundleInto } from '#start/bundles.ts'
import { root } from './processes.ts'
import { startPostgres } from './server.ts'

/** The migrated database that every test file copies; nobody stays connected to it. */
export const TEMPLATE = 'vorlage_test'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser URL of the run's server. */
    postgresUrl: string
    /** Folder with this run's bundles of worker, emulators and CLI. */
    bundles: string
  }
}

const withDatabase = (url: string, database: string) =>
  Object.assign(new URL(url), { pathname: `/${database}` }).toString()

/** Throws unless the foreign server was named for tests. */
function foreignServer(): string | null {
  const url = process.env.TEST_DATABASE_URL
  if (!url) return null
  if (!new URL(url).pathname.endsWith('_test'))
    throw new Error(
      'TEST_DATABASE_URL must name a database that ends in _test: the tests create and drop databases on that server.',
    )
  return url
}

export default async function setup(project: TestProject) {
  const foreign = foreignServer()
  const own = foreign ? null : await startPostgres()
  const url = foreign ?? own?.url ?? ''
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query(`drop database if exists ${TEMPLATE} with (force)`)
  await admin.query(`create database ${TEMPLATE}`)
  await admin.end()
  await migrate(withDatabase(url, TEMPLATE))
  project.provide('postgresUrl', url)
  mkdirSync(path.join(root, 'build'), { recursive: true })
  const bundles = mkdtempSync(path.join(root, 'build', 'test-'))
  await bundleInto(bundles)
  project.provide('bundles', bundles)
  return async () => {
    rmSync(bundles, { recursive: true, force: true })
    if (foreign) {
      const client = new pg.Client({ connectionString: foreign })
      await client.connect()
      await client.query(`drop database if exists ${TEMPLATE} with (force)`)
      await client.end()
    }
    await own?.stop()
  }
}
