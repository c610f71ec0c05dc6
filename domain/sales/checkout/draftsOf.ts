import { type DraftRow, readDrafts, readDraftsOf } from '#domain/sales/checkout/store.ts'
import type { Ctx } from '#ports'

/** The drafts behind these orders and the newest `limit` that this person began while logged in, each once. */
export async function draftsOf(
  ctx: Ctx,
  of: { orderIds: string[]; personId: string; limit: number },
): Promise<DraftRow[]> {
  const [ordered, own] = await Promise.all([
    readDrafts(ctx.db, of.orderIds),
    readDraftsOf(ctx.db, of.personId, of.limit),
  ])
  return [...new Map([...ordered, ...own].map((draft) => [draft.id, draft])).values()]
}
