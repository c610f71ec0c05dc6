import { constants, fstatSync, openSync, write as writeFile, writeSync } from 'node:fs'

/** Most characters held back while nothing can be written; further lines are dropped and counted. */
const HELD_MOST = 1024 * 1024
/** Characters handed to the system in one write. */
const PIECE = 64 * 1024
/** Pauses before the next try: with a slow reader, and with a full disk. */
const BUSY_MS = 50
const NO_ROOM_MS = 1_000
/** How long an ending process waits for a slow reader. */
const LAST_WORDS_MS = 300

type Descriptor = 1 | 2

/** Where lines go: standard output or error, without ever making its writer wait. */
export interface Output {
  write(text: string): void
  /** Writes what is left, as far as there is room for it; only for a process that ends. */
  lastWords(): void
}

export interface Means {
  write(fd: number, bytes: Buffer, done: (error: NodeJS.ErrnoException | null, written: number) => void): void
  writeNow(fd: number, bytes: Buffer): number
}

const system: Means = { write: writeFile, writeNow: writeSync }
const linesIn = (text: string) => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

/**
 * Lines wait in memory, at most a megabyte of them, and are written by the thread pool one piece after another. On a
 * full disk or behind a reader that sleeps, later lines are dropped; when there is room again one line says how many,
 * and since when. `part` names the program in that line. One closure, because everything moves one queue: what is held,
 * the piece being written, and what was dropped behind it.
 */
export function createOutput(fd: number, part: () => string, means: Means = system): Output {
  let held: string[] = []
  let size = 0
  let piece: Buffer | null = null
  let writing = false
  let gone = false
  let dropped = 0
  let since = ''
  let why = ''
  let timer: NodeJS.Timeout | undefined

  const drop = (lines: number) => {
    since ||= new Date().toISOString()
    dropped += lines
  }
  const report = () => {
    const facts = { level: 40, time: new Date().toISOString(), part: part(), dropped, since, errorCode: why }
    dropped = 0
    since = ''
    return `${JSON.stringify({ ...facts, msg: 'log lines were dropped: there was no room for them' })}\n`
  }
  const nextPiece = (): Buffer | null => {
    if (held.length === 0) return dropped > 0 ? Buffer.from(report()) : null
    let length = 0
    let count = 0
    while (count < held.length && length < PIECE) length += held[count++]?.length ?? 0
    const text = held.slice(0, count).join('')
    held = held.slice(count)
    size -= length
    return Buffer.from(text)
  }

  function pump(): void {
    if (writing || timer || gone) return
    piece ??= nextPiece()
    if (piece === null) return
    writing = true
    means.write(fd, piece, (error, written) => {
      writing = false
      if (error) return later(error)
      piece = rest(piece, written)
      pump()
    })
  }

  function later(error: NodeJS.ErrnoException): void {
    why = error.code ?? error.name
    // The pipe's reader has ended or the descriptor was closed: nobody will ever read this.
    if (why === 'EPIPE' || why === 'EBADF') {
      gone = true
      held = []
      size = 0
      return
    }
    timer = setTimeout(
      () => {
        timer = undefined
        pump()
      },
      why === 'EAGAIN' ? BUSY_MS : NO_ROOM_MS,
    ).unref()
  }

  return {
    write(text) {
      if (gone || text === '') return
      // After a dropped line all further ones are dropped until the report about them is written, so there is one gap.
      if (dropped > 0 || size + text.length > HELD_MOST) return drop(linesIn(text))
      held.push(text)
      size += text.length
      pump()
    },
    lastWords() {
      if (gone) return
      // The thread pool is writing a piece, which the process waits for; it only has to come first.
      if (writing) {
        pause(10)
        piece = null
      }
      writing = true
      const deadline = Date.now() + LAST_WORDS_MS
      while (Date.now() < deadline) {
        piece ??= nextPiece()
        if (piece === null) return
        try {
          piece = rest(piece, means.writeNow(fd, piece))
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
          pause(10)
        }
      }
    },
  }
}

const rest = (piece: Buffer | null, written: number) =>
  piece && written < piece.length ? piece.subarray(written) : null

const pause = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

interface Shared {
  outputs: Map<Descriptor, Output>
  part: string
}

/** Several bundles of one process hold this file; the descriptor is one. */
const shared = globalThis as { werkstattOutput?: Shared }

function ours(): Shared {
  shared.werkstattOutput ??= { outputs: new Map(), part: 'werkstatt' }
  return shared.werkstattOutput
}

/** Opens a pipe anew without blocking: else a full one would block the writing thread, at the end the main one. */
function withoutWaiting(fd: Descriptor): number {
  try {
    if (process.platform !== 'linux' || !fstatSync(fd).isFIFO()) return fd
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK)
  } catch {
    return fd
  }
}

/** The one output of this process for a descriptor. What is left when the process ends is written then. */
export function outputOf(fd: Descriptor): Output {
  const { outputs } = ours()
  const known = outputs.get(fd)
  if (known) return known
  const output = createOutput(withoutWaiting(fd), () => ours().part)
  outputs.set(fd, output)
  process.once('exit', () => output.lastWords())
  return output
}

/**
 * From now on everything that this process prints, by `console` and libraries too, goes through these outputs: a full
 * disk can neither make it throw nor wait. For processes that serve; `part` names them.
 */
export function neverWaitForOutput(part: string): void {
  ours().part = part
  for (const [fd, stream] of [
    [1, process.stdout],
    [2, process.stderr],
  ] as const) {
    const output = outputOf(fd)
    stream.on('error', () => {})
    stream.write = ((text: string | Uint8Array, encoding?: BufferEncoding | (() => void), done?: () => void) => {
      output.write(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'))
      const then = typeof encoding === 'function' ? encoding : done
      if (then) process.nextTick(then)
      return true
    }) as typeof stream.write
  }
}
