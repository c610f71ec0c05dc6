import { deleteAbandonedDrafts } from '#domain/sales/checkout/store.ts'
import type { Ctx } from '#ports'

const KEPT_MS = 30 * 86_400_000

/**
 * Deletes drafts of more than 30 days that never became a Checkout Session, at most `limit`; answers how many. A draft
 * with a session is evidence of what was declared and stays, and so does one that a purchase names.
 */
export const forgetDrafts = (ctx: Ctx, limit: number): Promise<number> =>
  deleteAbandonedDrafts(ctx.db, new Date(ctx.clock.now().getTime() - KEPT_MS), limit)
