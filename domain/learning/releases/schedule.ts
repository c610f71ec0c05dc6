import { isDatabaseAway } from '#errors'
import type { Ctx } from '#ports'
import { noOverrides, type ReleaseOverrides } from './release.ts'
import { readOverrides } from './store.ts'

type Lookup = (personId: string | null) => ReleaseOverrides

/** Every process reads a changed rule within this time; `GRACE_MS` is longer, so nothing locks meanwhile. */
const FRESH_MS = 5_000
const known = new WeakMap<object, { at: number; lookup: Lookup }>()

/**
 * The rules of the database for one person (null: for nobody in particular), at most five seconds old; while it is away
 * the last known ones, else none, and the file decides.
 */
export async function overridesFor(ctx: Ctx, personId: string | null): Promise<ReleaseOverrides> {
  return (await lookupFor(ctx))(personId)
}

/** The same for many people at once. */
export async function lookupFor(ctx: Ctx): Promise<Lookup> {
  const { db } = ctx
  const found = known.get(db)
  const now = ctx.clock.now().getTime()
  if (found && now >= found.at && now - found.at < FRESH_MS) return found.lookup
  try {
    const lookup = await readOverrides(db)
    if (!db.inTransaction) known.set(db, { at: now, lookup })
    return lookup
  } catch (error) {
    // The error decides, not `health()`: one query can go unanswered while others are answered.
    if (!isDatabaseAway(error)) throw error
    return found?.lookup ?? (() => noOverrides)
  }
}

/** Call after a change in this process: the next question reads the database again. */
export function forgetSchedule(ctx: Ctx): void {
  known.delete(ctx.db)
}
