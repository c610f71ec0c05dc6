import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { purchase } from '#db/schema.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import type { Db } from '#ports'
import { story, tell } from '../../kit/changingStripe.ts'
import { type Counter, openCounter } from '../../kit/counter.ts'

/**
 * The proof that `interleavings.test.ts` can fail: the same stories against a version rule broken on purpose must be
 * caught. Only `writePurchase` is replaced; everything else is the code that runs.
 */

type Store = typeof import('#domain/sales/store.ts')
const breakage = vi.hoisted(() => {
  // A file before this one has the verbs in this process already, bound to the whole rule.
  vi.resetModules()
  return { write: null as Store['writePurchase'] | null }
})
let real: Store['writePurchase']

vi.mock('#domain/sales/store.ts', async (importOriginal) => {
  const store = await importOriginal<Store>()
  const writePurchase: Store['writePurchase'] = (...input) => (breakage.write ?? store.writePurchase)(...input)
  return { ...store, writePurchase, realWritePurchase: store.writePurchase }
})

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
  await mirrorPrice(counter.ctx)
  const store = (await import('#domain/sales/store.ts')) as Store & { realWritePurchase: Store['writePurchase'] }
  real = store.realWritePurchase
})
afterAll(async () => {
  await counter.close()
  // Nobody after this file shall have verbs bound to the broken one.
  vi.resetModules()
})

const versionOf = async (db: Db, sessionId: string) =>
  (await db.q.select().from(purchase).where(eq(purchase.sessionId, sessionId)))[0]

const breakages: Record<string, Store['writePurchase']> = {
  // The last writer wins, however old its fetch.
  'no version in the condition': async (db, _read, facts) =>
    real(db, (await versionOf(db, facts.sessionId))?.version ?? null, facts),
  // A settle that changes no state leaves the version: an older fetch then still fits (A-B-A).
  'a version raised only by a new state': async (db, read, facts) => {
    const before = await versionOf(db, facts.sessionId)
    const row = await real(db, read, facts)
    if (!row || !before || before.state !== row.state) return row
    await db.q.update(purchase).set({ version: before.version }).where(eq(purchase.id, row.id))
    return row
  },
  // Two first looks at once: the second writes over the first.
  'no guard for the first row': async (db, read, facts) =>
    real(db, read ?? (await versionOf(db, facts.sessionId))?.version ?? null, facts),
}

test.each(Object.keys(breakages))(
  'caught: %s',
  async (name) => {
    breakage.write = breakages[name] ?? null
    const result = await fc.check(
      fc.asyncProperty(story, async (one) => {
        const wrong = await tell(counter, one)
        if (wrong.length > 0) throw new Error(wrong.join('\n'))
      }),
      { seed: 20_261_122, numRuns: 400, endOnFailure: true },
    )
    breakage.write = null
    console.log(`${name}: caught after ${result.numRuns} stories\n${result.errorInstance}`)
    expect(result.failed).toBe(true)
  },
  60_000,
)

test('with the rule whole the same stories end well', async () => {
  const property = fc.asyncProperty(story, async (one) => {
    expect(await tell(counter, one)).toEqual([])
  })
  await fc.assert(property, { seed: 20_261_122, numRuns: 40, interruptAfterTimeLimit: 20_000 })
})
