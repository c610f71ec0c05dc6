import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until `look` answers something truthy; fails with `what` after `withinMs`. The bound measures nothing: a
 * machine may stand still for half a minute.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  options: { withinMs?: number; everyMs?: number } = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + (options.withinMs ?? 60_000)
  let last: unknown
  while (Date.now() < deadline) {
    try {
      const found = await look()
      if (found) return found
      last = found
    } catch (error) {
      last = error
    }
    await sleep(options.everyMs ?? 40)
  }
  throw new Error(`Waited in vain: ${what} (last seen: ${last instanceof Error ? last.message : JSON.stringify(last)})`)
}
