import { type DBSchema, type IDBPDatabase, openDB } from 'idb'

/** Something that waits to be sent and survives its page. */
export interface Row<Value = unknown> {
  learnerId: string
  /** Unique among the learner's rows of one kind; a newer row replaces the older one. */
  key: string
  version: number
  /** Milliseconds by this device's clock; rows are sent in this order. */
  at: number
  value: Value
}

/** Storage in which rows outlive the page. Every method may throw, reject, or never answer. */
export interface Disk {
  put(kind: string, row: Row): Promise<void>
  read(kind: string, learnerId: string): Promise<Row[]>
  /** Removes the row, unless a newer one has replaced it. */
  drop(kind: string, row: Row): Promise<void>
}

/** How long a page waits for its storage. */
const PATIENCE_MS = 3_000
/** For so long a storage that did not answer is not waited for again; writes are still tried. */
const REST_MS = 60_000

/** The same disk, but it never throws and never makes callers wait long: unreadable rows count as absent. */
export function patient(disk: Disk): Disk {
  let restUntil = Number.NEGATIVE_INFINITY
  async function within<Answer>(work: () => Promise<Answer>, otherwise: Answer): Promise<Answer> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const tooLong = new Promise<Answer>((resolve) => {
      const rests = Date.now() < restUntil
      const giveUp = () => {
        if (!rests) restUntil = Date.now() + REST_MS
        resolve(otherwise)
      }
      timer = setTimeout(giveUp, rests ? 0 : PATIENCE_MS)
    })
    try {
      return await Promise.race([work(), tooLong])
    } catch {
      return otherwise
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    put: (kind, row) => within(() => disk.put(kind, row), undefined),
    read: (kind, learnerId) => within(() => disk.read(kind, learnerId), []),
    drop: (kind, row) => within(() => disk.drop(kind, row), undefined),
  }
}

interface Schema extends DBSchema {
  rows: {
    key: [learnerId: string, kind: string, key: string]
    value: Row & { kind: string }
    indexes: { owner: [learnerId: string, kind: string] }
  }
}

let opened: Promise<IDBPDatabase<Schema>> | null = null
const forget = () => {
  opened = null
}

/** Rejects where there is no IndexedDB; the next caller tries anew. */
function open(): Promise<IDBPDatabase<Schema>> {
  opened ??= (async () =>
    openDB<Schema>('werkstatt-wartet', 1, {
      upgrade(db) {
        db.createObjectStore('rows', { keyPath: ['learnerId', 'kind', 'key'] }).createIndex('owner', [
          'learnerId',
          'kind',
        ])
      },
      // A page of a newer version wants to change the schema and must not wait for us.
      blocking(_current, _blocked, event) {
        ;(event.target as IDBDatabase).close()
        forget()
      },
      terminated: forget,
    }))()
  opened.catch(forget)
  return opened
}

/** The browser's own database, one for everything that waits. */
export const indexedDisk: Disk = {
  async put(kind, row) {
    await (await open()).put('rows', { ...row, kind })
  },
  async read(kind, learnerId) {
    return (await open()).getAllFromIndex('rows', 'owner', [learnerId, kind])
  },
  async drop(kind, { learnerId, key, version }) {
    const work = (await open()).transaction('rows', 'readwrite')
    const found = await work.store.get([learnerId, kind, key])
    if (found && found.version <= version) await work.store.delete([learnerId, kind, key])
    await work.done
  },
}
