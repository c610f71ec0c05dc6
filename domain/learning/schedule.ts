import type { Ctx } from '#ports'
import { noOverrides, type ReleaseOverrides } from './release.ts'
import { readOverrides } from './store.ts'

type Lookup = (personId: string | null) => ReleaseOverrides

/** A changed release shows in every process within this time. */
const FRESH_MS = 5_000
const known = new WeakMap<object, { at: number; lookup: Lookup }>()

/** The override rows, at most five seconds old; while the database is away the last ones, else none (then the file decides). */
export async function overridesFor(ctx: Ctx, personId: string | null): Promise<ReleaseOverrides> {
  const { db } = ctx
  const found = known.get(db)
  const now = ctx.clock.now().getTime()
  if (found && now >= found.at && now - found.at < FRESH_MS) return found.lookup(personId)
  try {
    const lookup = await readOverrides(db)
    if (!db.inTransaction) known.set(db, { at: now, lookup })
    return lookup(personId)
  } catch (error) {
    if (db.health().up) throw error
    return found ? found.lookup(personId) : noOverrides
  }
}
