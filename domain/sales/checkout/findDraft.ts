import { type DraftRow, readDraft, readDraftOfSession } from '#domain/sales/checkout/store.ts'
import { isSessionId } from '#domain/sales/rules.ts'
import type { Ctx } from '#ports'
import { isUuid } from '#uuid'

export type { DraftRow } from '#domain/sales/checkout/store.ts'

/** What somebody was about to order, by its own id or its Stripe session; null if there is none. */
export async function findDraft(ctx: Ctx, key: string): Promise<DraftRow | null> {
  if (isUuid(key)) return readDraft(ctx.db, key)
  return isSessionId(key) ? readDraftOfSession(ctx.db, key) : null
}
