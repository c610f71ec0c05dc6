import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Lock, readHolder, tryLock } from './lock.ts'
import { isFull } from './room.ts'
import { StartError } from './sentence.ts'

/** Creates the data folder and proves that it can be written. Throws `StartError`. */
export function prepareDataDir(dataDir: string): void {
  const probe = path.join(dataDir, `.write-probe-${process.pid}`)
  try {
    mkdirSync(path.join(dataDir, 'logs'), { recursive: true, mode: 0o755 })
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    if (isFull(error))
      throw new StartError(`There is no space left for the data folder ${dataDir}. Free some, then start again.`)
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new StartError(
      `The data folder ${dataDir} cannot be written (${code}). Correct its permissions, or name another one with WERKSTATT_DATA_DIR=….`,
    )
  }
}

/** One supervisor per data folder. Throws `StartError` while the recorded one is alive. */
export function lockDataDir(dataDir: string): Lock {
  const file = path.join(dataDir, 'supervisor.json')
  const lock = tryLock(file)
  if (lock) return lock
  throw new StartError(
    `The workshop already runs on the data folder ${dataDir} (process ${readHolder(file)?.pid ?? '?'}). Stop it first, or start a second one with WERKSTATT_DATA_DIR=… and PORT=….`,
  )
}
