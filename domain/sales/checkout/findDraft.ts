import { type DraftRow, readDraft, readDraftOfSession } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What somebody was about to order, by its own id or its Stripe session; null if there is none. */
export async function findDraft(ctx: Ctx, key: string): Promise<DraftRow | null> {
  if (uuidShape.test(key)) return readDraft(ctx.db, key)
  return /^cs_[A-Za-z0-9_]{1,250}$/.test(key) ? readDraftOfSession(ctx.db, key) : null
}
