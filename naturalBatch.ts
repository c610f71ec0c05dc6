import { isAppError } from './errors.ts'

/**
 * Natural batching: while one batch is being worked, arrivals gather for the next. No timer, so a lone item waits for
 * nothing, and under load many items share one statement. Each caller's promise settles with its own item's result
 * after its batch is done.
 *
 * `work` gets the items in arrival order and answers one result per item, or throws; after a throw every item of a
 * batch larger than one is tried once alone, so that one bad row cannot fail its neighbours. With
 * `database_unavailable` all fail at once instead, or hundreds would wait for one time-out after the other.
 */
export function naturalBatch<Item, Result>(
  work: (items: Item[]) => Promise<Result[]>,
  options: { maxItems?: number } = {},
): (item: Item) => Promise<Result> {
  const maxItems = options.maxItems ?? 500
  type Waiting = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }
  let queue: Waiting[] = []
  let busy = false

  async function settle(batch: Waiting[]): Promise<void> {
    try {
      const results = await work(batch.map((waiting) => waiting.item))
      batch.forEach((waiting, index) => {
        waiting.resolve(results[index] as Result)
      })
    } catch (error) {
      const nobodysFault = isAppError(error) && error.code === 'database_unavailable'
      if (batch.length === 1 || nobodysFault) for (const waiting of batch) waiting.reject(error)
      else for (const waiting of batch) await settle([waiting])
    }
  }

  async function drain(): Promise<void> {
    busy = true
    while (queue.length > 0) {
      const batch = queue.slice(0, maxItems)
      queue = queue.slice(maxItems)
      await settle(batch)
    }
    busy = false
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      queue.push({ item, resolve, reject })
      if (!busy) void drain()
    })
}
