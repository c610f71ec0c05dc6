import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What PostgreSQL needs at once to go on writing: one file of its write-ahead log. */
const LEAST_BYTES = 16 * 1024 * 1024
/** Written as a test, because the free space that the file system tells ignores quotas. */
const PROBE_BYTES = 1024 * 1024
const LOOK_EVERY_MS = 1_000

/** A disk that may be full. */
export interface Room {
  has(): boolean
  /** Resolves when there is room, or when `signal` fires. */
  comes(signal?: AbortSignal): Promise<void>
  folder: string
}

export const isFull = (error: unknown) =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | null)?.code ?? '')

/** The room in a data folder: enough of it for the parts to start and to go on. */
export function roomIn(folder: string): Room {
  const has = () => {
    const probe = path.join(folder, `.room-probe-${process.pid}`)
    try {
      const { bavail, bsize } = statfsSync(folder)
      if (bavail * bsize < LEAST_BYTES) return false
      writeFileSync(probe, Buffer.alloc(PROBE_BYTES))
      return true
    } catch (error) {
      // Another error is not about room; whoever writes next will report it.
      return !isFull(error)
    } finally {
      rmSync(probe, { force: true })
    }
  }
  return {
    folder,
    has,
    async comes(signal) {
      while (!signal?.aborted && !has()) await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})
    },
  }
}
