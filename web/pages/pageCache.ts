const PAGES = 200
const BYTES = 32 * 1024 * 1024

export interface PageCache<Page> {
  /** The page if it is there and still true. */
  find(key: string): Page | null
  /**
   * The page, made if needed; callers of one key wait for one making. Null when it cannot be kept: then each caller has
   * to get its own answer. Rejects when the making does.
   */
  get(key: string): Promise<Page | null>
  /** Everything was changed: what is being made now is still answered, but not kept. */
  clear(): void
  /** For the metrics of the bench. */
  size(): { pages: number; bytes: number }
}

export interface Made<Page> {
  page: Page
  /** Bytes in memory. */
  size: number
  /** When it stops being true; null: only by `clear`. */
  until: Date | null
}

/**
 * Pages by address, at most 200 and 32 MB; the one not asked for longest falls first. `make` answers null for a page
 * that must not be kept.
 */
export function createPageCache<Page>(
  make: (key: string) => Promise<Made<Page> | null>,
  now: () => number,
): PageCache<Page> {
  const kept = new Map<string, Made<Page>>()
  const making = new Map<string, Promise<Page | null>>()
  let bytes = 0
  let age = 0

  const drop = (key: string, { size }: Made<Page>) => {
    kept.delete(key)
    bytes -= size
  }

  function keep(key: string, made: Made<Page>): void {
    const before = kept.get(key)
    if (before) drop(key, before)
    kept.set(key, made)
    bytes += made.size
    for (const [oldest, entry] of kept) {
      if (kept.size <= PAGES && bytes <= BYTES) return
      drop(oldest, entry)
    }
  }

  function find(key: string): Page | null {
    const entry = kept.get(key)
    if (!entry) return null
    if (entry.until && entry.until.getTime() <= now()) {
      drop(key, entry)
      return null
    }
    kept.delete(key)
    kept.set(key, entry)
    return entry.page
  }

  async function makeNew(key: string): Promise<Page | null> {
    const began = age
    const made = await make(key)
    if (made && began === age) keep(key, made)
    return made?.page ?? null
  }

  return {
    find,
    get: (key) => {
      const found = find(key)
      if (found) return Promise.resolve(found)
      // A making that began before a change would answer what was.
      const shared = `${age} ${key}`
      const running = making.get(shared) ?? makeNew(key).finally(() => making.delete(shared))
      making.set(shared, running)
      return running
    },
    clear: () => {
      age++
      kept.clear()
      bytes = 0
    },
    size: () => ({ pages: kept.size, bytes }),
  }
}
