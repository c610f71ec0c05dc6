import { openSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { readSchemaState } from '#libs/schemaVersion.ts'
import { type Config, parseEnvironment, readConfig } from '../config.ts'
import { prepareDataDir } from './dataDir.ts'
import type { LogFile } from './logs.ts'
import { StartError } from './sentence.ts'
import { readSettings, root } from './settings.ts'
import { refuseUnfinished } from './unfinished.ts'

/** What a single role needs before its own code runs. Throws `ConfigError` or `StartError`. */
export function prepareRole(): { config: Config; memorySetting: number | undefined } {
  process.chdir(root)
  Object.assign(process.env, readSettings(), { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' })
  const environment = parseEnvironment(process.env)
  refuseUnfinished(environment)
  const config = readConfig()
  prepareDataDir(config.dataDir)
  return { config, memorySetting: environment.WERKSTATT_MEMORY_MB }
}

export function roleLog(dataDir: string): LogFile {
  const file = path.join(dataDir, 'logs', 'build.log')
  return { fd: openSync(file, 'a'), file }
}

/** Throws `StartError` for a schema that this code does not know. A database that is away is fine: the role waits. */
export async function refuseOldSchema(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    console.error(`The database does not answer yet (${(error as Error).message}); starting without it.`)
    return
  }
  const state = await readSchemaState((text) => client.query(text), root).finally(() => client.end())
  if (state === 'old' || state === 'empty')
    throw new StartError(
      `The database's schema is ${state === 'old' ? 'older than this program' : 'missing'}. Run \`npm run cli -- database migrate\` once, then start again.`,
    )
}
