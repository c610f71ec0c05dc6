import { closeSync, copyFileSync, openSync, statSync, truncateSync } from 'node:fs'
import path from 'node:path'

const MOST_BYTES = 20 * 1024 * 1024
const LOOK_EVERY_MS = 60_000

export interface LogFile {
  fd: number
  file: string
}

/**
 * One file per part under `<dataDir>/logs`. The parts write into it themselves, so their lines cost the
 * supervisor nothing and survive it. Above 20 MB a file is copied to `.1` and emptied.
 */
export function openLogs(dataDir: string): { of(part: string): LogFile; close(): void } {
  const open = new Map<string, LogFile>()
  const trim = () => {
    for (const { file } of open.values()) {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= MOST_BYTES) continue
      try {
        copyFileSync(file, `${file}.1`)
      } catch {
        // The copy is a comfort; on a full disk the room is worth more, and the supervisor must not end over it.
      }
      truncateSync(file)
    }
  }
  const timer = setInterval(trim, LOOK_EVERY_MS)
  timer.unref()
  return {
    of(part) {
      const known = open.get(part)
      if (known) return known
      const file = path.join(dataDir, 'logs', `${part}.log`)
      const log = { fd: openSync(file, 'a', 0o640), file }
      open.set(part, log)
      return log
    },
    close() {
      clearInterval(timer)
      for (const { fd } of open.values()) closeSync(fd)
    },
  }
}
