import { type DraftRow, readRecentDrafts } from '#domain/sales/checkout/store.ts'
import type { Ctx } from '#ports'

/** The newest orders begun on our page, paid or not, newest first. */
export const recentDrafts = (ctx: Ctx, limit: number): Promise<DraftRow[]> => readRecentDrafts(ctx.db, limit)
