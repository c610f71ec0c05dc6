import { closeSync, openSync, readSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs'
import path from 'node:path'

const MOST_BYTES = 20 * 1024 * 1024
const LOOK_EVERY_MS = 5_000
const PIECE_BYTES = 1024 * 1024

export interface LogFile {
  fd: number
  file: string
}

/**
 * One file per part under `<dataDir>/logs`. The parts write into it themselves, so their lines cost the supervisor
 * nothing and survive it. Above 20 MB its last 20 MB are kept as `.1` and the file is emptied, so that a part has at
 * most 40 MB and what it writes in five seconds.
 */
export function openLogs(dataDir: string): { of(part: string): LogFile; close(): void } {
  const open = new Map<string, LogFile>()
  const timer = setInterval(() => {
    for (const { file } of open.values()) trimLog(file)
  }, LOOK_EVERY_MS)
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

/**
 * Empties a log of more than `most` bytes and keeps its end beside it. Never throws: no part may end because of a log.
 */
export function trimLog(file: string, most = MOST_BYTES): void {
  try {
    const { size } = statSync(file)
    if (size <= most) return
    try {
      keepEnd(file, `${file}.1`, size, most)
    } catch {
      // On a full disk the room matters more than the copy, and than an older one.
      rmSync(`${file}.1`, { force: true, recursive: true })
    }
    truncateSync(file)
  } catch {
    // Somebody took the file away, or the disk is read-only.
  }
}

function keepEnd(from: string, to: string, size: number, most: number): void {
  const source = openSync(from, 'r')
  const target = openSync(to, 'w', 0o640)
  try {
    const piece = Buffer.alloc(PIECE_BYTES)
    for (let at = size - most; at < size; ) {
      const read = readSync(source, piece, 0, Math.min(piece.length, size - at), at)
      if (read === 0) return
      writeSync(target, piece, 0, read)
      at += read
    }
  } finally {
    closeSync(source)
    closeSync(target)
  }
}
