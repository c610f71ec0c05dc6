import path from 'node:path'
import { type RawSettings, readEnvFile } from '#libs/envFile.ts'
import { StartError } from './sentence.ts'

/** The project folder: `content/`, `db/migrations/` and `build/` lie here, whatever the working directory was. */
export const root = path.resolve(import.meta.dirname, '..')

export type Raw = RawSettings

/**
 * The variables of this process over those of `.env.local`. `--ignore-env-file` leaves the file out, so that
 * tests and benchmarks never meet somebody's keys.
 */
export function readSettings(argv = process.argv, environment: Raw = process.env): Raw {
  if (argv.includes('--ignore-env-file')) return { ...environment }
  try {
    return readEnvFile(root, environment)
  } catch (error) {
    throw new StartError(
      `.env.local cannot be read (${(error as Error).message}). Correct the file or its permissions.`,
    )
  }
}
