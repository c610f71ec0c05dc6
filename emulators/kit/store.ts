import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { appendFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * The state of one emulator: tables in memory, changed rows appended to one file a moment later.
 *
 * A request never waits for the disk: rows that changed within `flushMs` are written as one append, so a
 * `kill -9` may cost the last 100 ms, an ordered stop nothing. The next start reads the file, skips a torn
 * last line, and rewrites it compactly through a temporary file and a rename. On a full disk it goes on in memory and
 * writes what has changed when there is room.
 */

export interface Row {
  id: string
}

export interface Table<T extends Row> {
  readonly size: number
  get(id: string): T | undefined
  /** In order of first insertion, oldest first. */
  all(): T[]
  values(): IterableIterator<T>
  /** Inserts or replaces, and marks the row for writing. Call it again after changing a row in place. */
  put(row: T): T
  remove(id: string): void
}

export interface Store {
  /** `seed` rows exist in an empty store and again after `reset`; a row changed since is kept as it is. */
  table<T extends Row>(name: string, seed?: () => T[]): Table<T>
  /** Empties every table and seeds anew; then calls each `onReset` listener. */
  reset(): void
  onReset(listener: () => void): void
  flush(): Promise<void>
  /** Waits for a write under way, writes what is left as far as there is room, and keeps nothing that comes later. */
  close(): Promise<void>
}

type Line = [table: string, id: string, row: Row | null]

const flushMs = 100
const retryMs = 1_000
/** Serialise so many rows, then let other work run. */
const rowsPerTurn = 400

function readLines(file: string): Map<string, Map<string, Row>> {
  const tables = new Map<string, Map<string, Row>>()
  if (!existsSync(file)) return tables
  for (const text of readFileSync(file, 'utf8').split('\n')) {
    if (text === '') continue
    let line: Line
    try {
      line = JSON.parse(text)
    } catch {
      continue // a line torn by kill -9
    }
    const [name, id, row] = line
    const rows = tables.get(name) ?? new Map<string, Row>()
    tables.set(name, rows)
    if (row === null) rows.delete(id)
    else rows.set(id, row)
  }
  return tables
}

function rewrite(file: string, tables: Map<string, Map<string, Row>>): void {
  const temporary = `${file}.new`
  const handle = openSync(temporary, 'w', 0o600)
  try {
    for (const [name, rows] of tables)
      for (const [id, row] of rows) writeSync(handle, `${JSON.stringify([name, id, row])}\n`)
    fsyncSync(handle)
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(handle)
  }
}

/** Reports once that a file cannot be written, and once that it can again. */
function createComplaint(file: string) {
  let since: number | null = null
  return {
    failed(error: unknown) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error)
      if (since === null)
        process.stderr.write(`${file} cannot be written (${code}): going on in memory until there is room.\n`)
      since ??= Date.now()
    },
    written() {
      if (since !== null) process.stderr.write(`${file} is written again; nothing is lost.\n`)
      since = null
    },
    /** True while writing fails; the file may then end with a torn line. */
    get open() {
      return since !== null
    },
  }
}

/**
 * Opens (or creates) the state of emulator `name` under `dataDir/emulators/`. One process at a time. One closure,
 * because tables, their file and what is not written yet are one state.
 */
export function openStore(dataDir: string, name: string): Store {
  const folder = path.join(dataDir, 'emulators')
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `${name}.json`)
  const tables = readLines(file)
  const complaint = createComplaint(file)
  try {
    rewrite(file, tables)
  } catch (error) {
    complaint.failed(error)
  }

  const seeds = new Map<string, () => Row[]>()
  const listeners: (() => void)[] = []
  let dirty = new Map<string, [table: string, id: string]>()
  let timer: NodeJS.Timeout | null = null
  let writing: Promise<void> = Promise.resolve()
  let closed = false

  const mark = (table: string, id: string) => {
    if (closed) return
    dirty.set(`${table} ${id}`, [table, id])
    timer ??= setTimeout(() => void flush(), complaint.open ? retryMs : flushMs).unref()
  }
  const lineOf = ([table, id]: [string, string]) => JSON.stringify([table, id, tables.get(table)?.get(id) ?? null])

  const textOf = (changes: [string, string][]) => `${complaint.open ? '\n' : ''}${changes.map(lineOf).join('\n')}\n`

  async function write(changes: [string, string][]): Promise<void> {
    for (let start = 0; start < changes.length; start += rowsPerTurn) {
      try {
        await appendFile(file, textOf(changes.slice(start, start + rowsPerTurn)), { mode: 0o600 })
        complaint.written()
      } catch (error) {
        complaint.failed(error)
        // These rows are written later, with the values that they have then.
        for (const [table, id] of changes.slice(start)) dirty.set(`${table} ${id}`, [table, id])
        if (!closed) timer ??= setTimeout(() => void flush(), retryMs).unref()
        return
      }
    }
  }

  function flush(): Promise<void> {
    if (timer) clearTimeout(timer)
    timer = null
    const changes = [...dirty.values()]
    dirty = new Map()
    if (changes.length > 0) writing = writing.then(() => write(changes))
    return writing
  }

  function sow(name: string): void {
    const rows = tables.get(name) ?? new Map<string, Row>()
    tables.set(name, rows)
    for (const row of seeds.get(name)?.() ?? []) {
      if (rows.has(row.id)) continue
      rows.set(row.id, row)
      mark(name, row.id)
    }
  }

  return {
    table<T extends Row>(name: string, seed: () => T[] = () => []): Table<T> {
      seeds.set(name, seed)
      sow(name)
      const rows = () => tables.get(name) as Map<string, T>
      return {
        get size() {
          return rows().size
        },
        get: (id) => rows().get(id),
        all: () => [...rows().values()],
        values: () => rows().values(),
        put(row) {
          rows().set(row.id, row)
          mark(name, row.id)
          return row
        },
        remove(id) {
          if (rows().delete(id)) mark(name, id)
        },
      }
    },
    reset() {
      for (const [name, rows] of tables) {
        for (const id of rows.keys()) mark(name, id)
        rows.clear()
      }
      for (const name of seeds.keys()) sow(name)
      for (const listener of listeners) listener()
    },
    onReset(listener) {
      listeners.push(listener)
    },
    flush,
    async close() {
      closed = true
      if (timer) clearTimeout(timer)
      await writing
      const changes = [...dirty.values()]
      dirty = new Map()
      if (changes.length === 0) return
      try {
        appendFileSync(file, textOf(changes), { mode: 0o600 })
      } catch (error) {
        complaint.failed(error)
      }
    },
  }
}
