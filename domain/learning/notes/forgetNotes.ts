import type { Ctx } from '#ports'
import { TOMBSTONE_MS } from './rules.ts'
import { deleteTombstones } from './store.ts'

/** Removes the rows of notes deleted more than 30 days ago, at most `limit`; answers how many. */
export const forgetNotes = (ctx: Ctx, limit: number): Promise<number> =>
  deleteTombstones(ctx.db, new Date(ctx.clock.now().getTime() - TOMBSTONE_MS), limit)
