import { type DraftRow, readRecentDrafts } from '#domain/sales/checkout/store.ts'
import type { Ctx } from '#ports'

/** The newest `limit` drafts, paid or not, newest first. */
export const recentDrafts = (ctx: Ctx, limit: number): Promise<DraftRow[]> => readRecentDrafts(ctx.db, limit)
