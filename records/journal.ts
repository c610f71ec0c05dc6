import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Journal, JournalEntry } from '#ports'
import { naturalBatch } from '../naturalBatch.ts'

/** Entries handed to `merge` at once: one statement each. */
const MERGE_CHUNK = 500
/** Retired files stay this long, for a person to look at. */
const KEEP_RETIRED_MS = 7 * 24 * 3_600_000
/** So often an append may find its file taken over by a drain before we call it a fault of the disk. */
const APPEND_TRIES = 50

/**
 * Append-only JSON lines below `dataDir/journal/`, one file per process, so that no two processes write one file.
 * Names tell the state: `open-*.jsonl` is written to, `merging-*` was taken over by a drain (of any process),
 * `merged-*` is retired. Concurrent appends share one fsync.
 */
export function createJournal(dataDir: string): Journal {
  const folder = path.join(dataDir, 'journal')
  const own = path.join(folder, `open-${process.pid}-${randomUUID().slice(0, 8)}.jsonl`)
  const append = naturalBatch(async (batches: JournalEntry[][]) => {
    await appendLines(
      folder,
      own,
      batches
        .flat()
        // The line break comes first, so that a write cut short by a full disk cannot spoil the next line.
        .map((entry) => `\n${JSON.stringify(entry)}`)
        .join('')
        .concat('\n'),
    )
    return batches.map(() => undefined)
  })
  return {
    append: async (entries) => {
      if (entries.length > 0) await append(entries)
    },
    drain: (merge) => drain(folder, merge),
  }
}

/**
 * Writes, syncs, then checks whether the file still has its name. If a drain took it over meanwhile, perhaps nobody
 * reads our lines any more, so they are written once more into a new file: merging them twice is harmless, losing them
 * is not.
 */
async function appendLines(folder: string, file: string, lines: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (let attempt = 0; attempt < APPEND_TRIES; attempt += 1) {
    const handle = await open(file, 'a', 0o600)
    try {
      await handle.appendFile(lines)
      await handle.sync()
      const written = await handle.stat()
      const named = await stat(file).catch(() => null)
      if (named?.ino === written.ino && named.dev === written.dev) {
        if (written.size === Buffer.byteLength(lines)) await syncFolder(folder)
        return
      }
    } finally {
      await handle.close()
    }
  }
  throw new Error('the journal was taken over during every attempt to write it')
}

/** The comment keeps the build from taking a folder known at run time for a part of the source. */
const within = (folder: string, name: string) => path.join(/* turbopackIgnore: true */ folder, name)

/** A new file's name is only safe once its folder is synced too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function drain(folder: string, merge: (entries: JournalEntry[]) => Promise<void>): Promise<{ entries: number }> {
  const names = await readdir(folder).catch(() => [] as string[])
  let entries = 0
  for (const name of names.sort()) {
    if (name.startsWith('merged-')) await forgetOld(within(folder, name))
    const taken = await takeOver(folder, name)
    if (!taken) continue
    entries += await mergeFile(within(folder, taken), merge)
    // Renamed only after `merge` has committed. If another drain was faster, both merged, which is harmless.
    await rename(within(folder, taken), within(folder, taken.replace('merging-', 'merged-'))).catch(ignoreMissing)
  }
  return { entries }
}

/** Renames before the first read: a writer that finished earlier is read, and one that did not notices the rename. */
async function takeOver(folder: string, name: string): Promise<string | null> {
  if (/^merging-.*\.jsonl$/.test(name)) return name
  if (!/^open-.*\.jsonl$/.test(name)) return null
  const taken = `merging-${Date.now()}-${randomUUID().slice(0, 8)}-${name.slice('open-'.length)}`
  try {
    await rename(within(folder, name), within(folder, taken))
    return taken
  } catch (error) {
    ignoreMissing(error)
    return null
  }
}

async function mergeFile(file: string, merge: (entries: JournalEntry[]) => Promise<void>): Promise<number> {
  let count = 0
  let chunk: JournalEntry[] = []
  const flush = async () => {
    if (chunk.length > 0) await merge(chunk)
    count += chunk.length
    chunk = []
  }
  const input = createReadStream(file, { encoding: 'utf8' })
  const missing = new Promise<'missing'>((resolve, reject) =>
    input.once('error', (error) =>
      (error as { code?: string }).code === 'ENOENT' ? resolve('missing') : reject(error),
    ),
  )
  const opened = new Promise<'opened'>((resolve) => input.once('open', () => resolve('opened')))
  if ((await Promise.race([missing, opened])) === 'missing') return 0
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const entry = parseLine(line)
    if (entry) chunk.push(entry)
    if (chunk.length >= MERGE_CHUNK) await flush()
  }
  await flush()
  return count
}

/** A process that died while writing leaves a torn line; its report was never acknowledged. */
function parseLine(line: string): JournalEntry | null {
  try {
    const entry = JSON.parse(line) as JournalEntry
    if (typeof entry?.personId !== 'string') return null
    if (entry.kind === 'logout') return typeof entry.sessionId === 'string' ? entry : null
    return entry.kind === 'progress' && Array.isArray(entry.data?.ranges) ? entry : null
  } catch {
    return null
  }
}

async function forgetOld(file: string): Promise<void> {
  const facts = await stat(file).catch(() => null)
  if (facts && Date.now() - facts.mtimeMs > KEEP_RETIRED_MS) await rm(file, { force: true })
}

function ignoreMissing(error: unknown): void {
  if ((error as { code?: string }).code !== 'ENOENT') throw error
}
