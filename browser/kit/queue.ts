import { type Disk, indexedDisk, patient, type Row } from './disk.ts'

export type { Row } from './disk.ts'

/**
 * Rows that this page has yet to send, and those that earlier pages and other tabs of this browser left on the device.
 * The page relies on its memory; the disk only lets rows outlive it, and nothing waits for it longer than a few
 * seconds.
 */
export interface Queue<Value> {
  /** Keeps a row, at once in memory. */
  put(row: Row<Value>): void
  /** This page's own rows, oldest first. */
  own(learnerId: string): Row<Value>[]
  /** Rows of memory and disk together, oldest first; of each key the newest version. */
  waiting(learnerId: string): Promise<Row<Value>[]>
  /** Removes a row for good, unless a newer version has replaced it. */
  drop(row: Row<Value>): void
  /** Removes everything of this person. Waits for the disk as long as a page can. */
  forget(learnerId: string): Promise<void>
  /** Whose rows this page has. */
  learners(): string[]
}

/** One disk for all queues, so that a failing one is noticed once. */
const device = patient(indexedDisk)

export function createQueue<Value>(kind: string, disk: Disk = device): Queue<Value> {
  const own = new Map<string, Row<Value>>()
  /** Name → version of removed rows, because a disk that cannot delete would return them again and again. */
  const over = new Map<string, number>()
  const nameOf = ({ learnerId, key }: Pick<Row, 'learnerId' | 'key'>) => `${learnerId} ${key}`
  const isOver = (row: Row) => (over.get(nameOf(row)) ?? Number.NEGATIVE_INFINITY) >= row.version
  const ownOf = (learnerId: string) => sorted([...own.values()].filter((row) => row.learnerId === learnerId))

  const queue: Queue<Value> = {
    put(row) {
      if (isOver(row)) over.delete(nameOf(row))
      own.set(nameOf(row), row)
      void disk.put(kind, row)
    },
    own: ownOf,
    async waiting(learnerId) {
      const union = new Map<string, Row<Value>>()
      for (const row of (await disk.read(kind, learnerId)) as Row<Value>[])
        if (!isOver(row)) union.set(nameOf(row), row)
      for (const row of ownOf(learnerId))
        if ((union.get(nameOf(row))?.version ?? Number.NEGATIVE_INFINITY) <= row.version) union.set(nameOf(row), row)
      return sorted([...union.values()])
    },
    drop(row) {
      void dropped(row)
    },
    async forget(learnerId) {
      await Promise.all((await queue.waiting(learnerId)).map((row) => dropped({ ...row, version: FOREVER })))
    },
    learners: () => [...new Set([...own.values()].map(({ learnerId }) => learnerId))],
  }

  function dropped(row: Row<Value>): Promise<void> {
    const name = nameOf(row)
    over.set(name, Math.max(over.get(name) ?? Number.NEGATIVE_INFINITY, row.version))
    if ((own.get(name)?.version ?? Number.POSITIVE_INFINITY) <= row.version) own.delete(name)
    return disk.drop(kind, row)
  }
  return queue
}

const FOREVER = Number.MAX_SAFE_INTEGER

const sorted = <Value>(rows: Row<Value>[]): Row<Value>[] => rows.sort((a, b) => a.at - b.at)
