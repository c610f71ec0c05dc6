import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { StartError } from './sentence.ts'

/** Creates the data folder and proves that it can be written. Throws `StartError`. */
export function prepareDataDir(dataDir: string): void {
  const probe = path.join(dataDir, `.write-probe-${process.pid}`)
  try {
    mkdirSync(path.join(dataDir, 'logs'), { recursive: true, mode: 0o755 })
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new StartError(
      `The data folder ${dataDir} cannot be written (${code}). Correct its permissions, or name another one with WERKSTATT_DATA_DIR=….`,
    )
  }
}

interface Holder {
  pid: number
  startedAt: string
}

/**
 * When the process began, in the system's own words; null if there is none. Pid and start together name one
 * process for ever, so a recycled pid is not mistaken for the supervisor that once had it.
 */
export function processStart(pid: number): string | null {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return null
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`
  } catch {
    return null
  }
}

const readHolder = (file: string): Holder | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch {
    return null
  }
}

const isAlive = (holder: Holder | null) => holder !== null && processStart(holder.pid) === holder.startedAt

/**
 * One supervisor per data folder. The lock appears by `link`, complete or not at all; a dead owner's lock is
 * moved away by `rename`, and put back if another starter was faster. `crashed` tells that the last owner did
 * not stop in order, so its parts may still be on their way out. Throws `StartError`.
 */
export function lockDataDir(dataDir: string): { crashed: boolean; release(): void } {
  const lock = path.join(dataDir, 'supervisor.json')
  const mine: Holder = { pid: process.pid, startedAt: processStart(process.pid) ?? '' }
  const own = `${lock}.${process.pid}`
  const aside = `${own}.old`
  writeFileSync(own, JSON.stringify(mine))
  let crashed = false
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        linkSync(own, lock)
        return { crashed, release: () => rmSync(lock, { force: true }) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      if (isAlive(readHolder(lock))) break
      try {
        renameSync(lock, aside)
      } catch {
        continue
      }
      if (isAlive(readHolder(aside))) linkSync(aside, lock)
      else crashed = true
      rmSync(aside, { force: true })
    }
  } finally {
    rmSync(own, { force: true })
  }
  throw new StartError(
    `The workshop already runs on the data folder ${dataDir} (process ${readHolder(lock)?.pid ?? '?'}). Stop it first, or start a second one with WERKSTATT_DATA_DIR=… and PORT=….`,
  )
}
