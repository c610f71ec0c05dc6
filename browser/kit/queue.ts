import { type Disk, indexedDisk, patient, type Row } from './disk.ts'

export type { Row } from './disk.ts'

/**
 * What this page still has to send, and what earlier pages and other tabs of this browser left on the device. Memory is
 * the truth of the page; the disk only lets rows outlive it, and nothing ever waits for it longer than a few seconds.
 */
export interface Queue<Value> {
  /** Keeps a row, at once in memory. */
  put(row: Row<Value>): void
  /** This page's own rows, oldest first. */
  own(learnerId: string): Row<Value>[]
  /** The union of memory and disk, oldest first; of one key the newest version. */
  waiting(learnerId: string): Promise<Row<Value>[]>
  /** Takes a row out for good, unless a newer version of it came meanwhile. */
  drop(row: Row<Value>): void
  /** Nothing of this person stays. Waits for the disk as long as a page can. */
  forget(learnerId: string): Promise<void>
  /** Whose rows this page has. */
  learners(): string[]
}

/** The same database for every queue, so that its sickness is found once. */
const device = patient(indexedDisk)

export function createQueue<Value>(kind: string, disk: Disk = device): Queue<Value> {
  const own = new Map<string, Row<Value>>()
  /** What is over, by version: a disk that cannot delete would hand it out again and again. */
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
