import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { NotebookData } from '#domain/learning/notes/notebookRules.ts'
import type { SentChange } from './localNote.ts'

/**
 * What this device keeps until the server has it: changes of notes, ticks, and the book as it was last read. A change is
 * written here before it is sent and deleted only after its answer; what is left is sent at the next chance, also by a
 * later page. Each page has its own place per note, so that no tab overwrites what another one still has to send.
 */
export type WaitingChange = SentChange & {
  learnerId: string
  /** This device's clock, milliseconds: in this order they are sent. */
  at: number
  /** Refused for good: kept, shown, and not sent again by itself. */
  refused?: string
}
export interface WaitingTick {
  learnerId: string
  lessonId: string
  item: string
  ticked: boolean
  at: number
}
interface Schema extends DBSchema {
  changes: { key: [string, string]; value: WaitingChange; indexes: { learnerId: string } }
  ticks: { key: [string, string, string]; value: WaitingTick; indexes: { learnerId: string } }
  books: { key: string; value: { learnerId: string; data: NotebookData } }
}

const NAME = 'werkstatt-notizen'
let database: Promise<IDBPDatabase<Schema>> | null = null
const open = () => {
  database ??= openDB<Schema>(NAME, 1, {
    upgrade(db) {
      db.createObjectStore('changes', { keyPath: ['id', 'writer'] }).createIndex('learnerId', 'learnerId')
      db.createObjectStore('ticks', { keyPath: ['learnerId', 'lessonId', 'item'] }).createIndex(
        'learnerId',
        'learnerId',
      )
      db.createObjectStore('books', { keyPath: 'learnerId' })
    },
  })
  return database
}

/** Where IndexedDB is forbidden (private windows): the page's own memory. */
const ownChanges = new Map<string, WaitingChange>()
const ownTicks = new Map<string, WaitingTick>()
const keyOf = ({ id, writer }: Pick<SentChange, 'id' | 'writer'>) => `${id} ${writer}`
const tickKeyOf = ({ learnerId, lessonId, item }: WaitingTick) => `${learnerId} ${lessonId} ${item}`

export async function putChange(change: WaitingChange): Promise<void> {
  ownChanges.set(keyOf(change), change)
  await open()
    .then((db) => db.put('changes', change))
    .catch(() => {})
}

/** What waits for this learner, oldest first. */
export async function changesOf(learnerId: string): Promise<WaitingChange[]> {
  const stored = await open()
    .then((db) => db.getAllFromIndex('changes', 'learnerId', learnerId))
    .catch(() => [...ownChanges.values()].filter((one) => one.learnerId === learnerId))
  return stored.sort((a, b) => a.at - b.at)
}

/** Takes a change out, unless its page has put a newer one in its place meanwhile. */
export async function dropChange(change: Pick<SentChange, 'id' | 'writer' | 'seq'>): Promise<void> {
  const own = ownChanges.get(keyOf(change))
  if (own && own.seq <= change.seq) ownChanges.delete(keyOf(change))
  await open()
    .then(async (db) => {
      const work = db.transaction('changes', 'readwrite')
      const found = await work.store.get([change.id, change.writer])
      if (found && found.seq <= change.seq) await work.store.delete([change.id, change.writer])
      await work.done
    })
    .catch(() => {})
}

export async function putTick(tick: WaitingTick): Promise<void> {
  ownTicks.set(tickKeyOf(tick), tick)
  await open()
    .then((db) => db.put('ticks', tick))
    .catch(() => {})
}

export async function ticksOf(learnerId: string): Promise<WaitingTick[]> {
  return open()
    .then((db) => db.getAllFromIndex('ticks', 'learnerId', learnerId))
    .catch(() => [...ownTicks.values()].filter((one) => one.learnerId === learnerId))
}

export async function dropTick(tick: WaitingTick): Promise<void> {
  if ((ownTicks.get(tickKeyOf(tick))?.at ?? 0) <= tick.at) ownTicks.delete(tickKeyOf(tick))
  await open()
    .then(async (db) => {
      const work = db.transaction('ticks', 'readwrite')
      const key: [string, string, string] = [tick.learnerId, tick.lessonId, tick.item]
      if (((await work.store.get(key))?.at ?? Number.POSITIVE_INFINITY) <= tick.at) await work.store.delete(key)
      await work.done
    })
    .catch(() => {})
}

/** The book as it was last read, to be there without a network. */
export async function keepBook(learnerId: string, data: NotebookData): Promise<void> {
  await open()
    .then((db) => db.put('books', { learnerId, data }))
    .catch(() => {})
}

export async function bookOf(learnerId: string): Promise<NotebookData | null> {
  return open()
    .then((db) => db.get('books', learnerId))
    .then((book) => book?.data ?? null)
    .catch(() => null)
}

/** After a logout nothing of this person stays on the device; what could be sent was sent by `flushNotes` before. */
export async function forgetNotes(learnerId: string): Promise<void> {
  for (const change of await changesOf(learnerId)) await dropChange({ ...change, seq: Number.POSITIVE_INFINITY })
  for (const tick of await ticksOf(learnerId)) await dropTick({ ...tick, at: Number.POSITIVE_INFINITY })
  await open()
    .then((db) => db.delete('books', learnerId))
    .catch(() => {})
}
