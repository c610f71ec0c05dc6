import type { Ctx } from '#ports'
import { STONE_MS } from './rules.ts'
import { deleteStones } from './store.ts'

/** Removes the rows of notes deleted more than 30 days ago, at most `limit`; answers how many. */
export const forgetNotes = (ctx: Ctx, limit: number): Promise<number> =>
  deleteStones(ctx.db, new Date(ctx.clock.now().getTime() - STONE_MS), limit)
