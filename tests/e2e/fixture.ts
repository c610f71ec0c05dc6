import { test as base } from '@playwright/test'
import { openWorkshop } from './workshop.ts'

/** Each of Playwright's workers has a workshop of its own: what a test breaks there, it breaks for nobody else. */
export const test = base.extend<object, { workshop: undefined }>({
  workshop: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures it needs from this pattern
    async ({}, use) => {
      const close = await openWorkshop()
      await use(undefined)
      await close()
    },
    { scope: 'worker', auto: true, timeout: 180_000 },
  ],
})
