import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseEnv } from 'node:util'
import { StartError } from './sentence.ts'

/** The project folder: `content/`, `db/migrations/` and `build/` lie here, whatever the working directory was. */
export const root = path.resolve(import.meta.dirname, '..')

export type Raw = Record<string, string | undefined>

/**
 * The variables of this process over those of `.env.local`; an absent file is fine.
 * `--ignore-env-file` leaves the file out, so that tests and benchmarks never meet somebody's keys.
 */
export function readSettings(argv = process.argv, environment: Raw = process.env): Raw {
  const file = path.join(root, '.env.local')
  if (argv.includes('--ignore-env-file') || !existsSync(file)) return { ...environment }
  try {
    const fromFile = parseEnv(readFileSync(file, 'utf8'))
    const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '')
    return { ...environment, ...fromFile, ...Object.fromEntries(given) }
  } catch (error) {
    throw new StartError(
      `.env.local cannot be read (${(error as Error).message}). Correct the file or its permissions.`,
    )
  }
}
