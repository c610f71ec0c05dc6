import { execFileSync } from 'node:child_process'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

interface Holder {
  pid: number
  startedAt: string
}

export interface Lock {
  /** The last owner did not release the lock: its children may still be running. */
  crashed: boolean
  release(): void
}

/**
 * When a process started, in the system's own format; null if there is none. Process id and start together are unique,
 * so that a reused process id is not mistaken for the former process.
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

export function readHolder(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch {
    return null
  }
}

const isAlive = (holder: Holder | null) => holder !== null && processStart(holder.pid) === holder.startedAt

/**
 * Takes the lock: one living owner per file; null when another process has it. The file appears by `link`, complete or
 * not at all; a dead owner's file is moved away by `rename`, and put back if another starter was faster.
 */
export function tryLock(file: string): Lock | null {
  const own = `${file}.${process.pid}`
  const aside = `${own}.old`
  writeFileSync(own, JSON.stringify({ pid: process.pid, startedAt: processStart(process.pid) ?? '' } satisfies Holder))
  let crashed = false
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        linkSync(own, file)
        return { crashed, release: () => rmSync(file, { force: true }) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      if (isAlive(readHolder(file))) return null
      try {
        renameSync(file, aside)
      } catch {
        continue
      }
      if (isAlive(readHolder(aside))) linkSync(aside, file)
      else crashed = true
      rmSync(aside, { force: true })
    }
    return null
  } finally {
    rmSync(own, { force: true })
  }
}
