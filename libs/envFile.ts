import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseEnv } from 'node:util'

export type RawSettings = Record<string, string | undefined>

/**
 * The given variables over those of `<root>/.env.local`; an absent file is fine, an empty variable does not
 * hide the file's value. Throws when the file cannot be read.
 */
export function readEnvFile(root: string, environment: RawSettings): RawSettings {
  const file = path.join(root, '.env.local')
  if (!existsSync(file)) return { ...environment }
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '')
  return { ...environment, ...parseEnv(readFileSync(file, 'utf8')), ...Object.fromEntries(given) }
}

/** Where a running supervisor leaves what it handed to its children (0600), for the command line. */
export const runningFile = (dataDir: string) => path.join(dataDir, 'running.json')

/** The settings of the supervisor that runs on this data folder, null if there is none. */
export function readRunning(dataDir: string): RawSettings | null {
  try {
    const { pid, settings } = JSON.parse(readFileSync(runningFile(dataDir), 'utf8')) as {
      pid: number
      settings: RawSettings
    }
    process.kill(pid, 0)
    return settings
  } catch {
    return null
  }
}
