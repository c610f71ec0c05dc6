import { randomBytes } from 'node:crypto'
import { test as base } from 'vitest'
import { openWorld, type World } from './world.ts'

/**
 * `test` for files that need a whole workshop and none of their own: `shop`, with emulators, worker and web, is opened
 * once for all of them that a process of vitest runs, one file after another. Such a file brings its own people, orders
 * and addresses, and leaves faults cleared and prices as they were. One that stops parts, reads whole tables or logs
 * that others fill, deletes rows, or needs other settings opens its own world (`openWorld`).
 */
export const test = base.extend<{ shop: World }>({
  shop: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures it needs from this pattern
    async ({}, use) => {
      const shop = await openWorld({ parts: ['emulators', 'worker', 'web'] })
      await use(shop)
      await shop.close()
    },
    { scope: 'worker' },
  ],
})

/** An address that nobody else in this shop has. */
export const newAddress = (name: string) => `${name}.${randomBytes(4).toString('hex')}@example.de`
