import { type DraftRow, readDraft } from '#domain/sales/checkout/store.ts'
import { asOrder, type Order } from '#domain/sales/listOrders.ts'
import { isSessionId, parseOrderNumber } from '#domain/sales/rules.ts'
import { findPurchase, type PurchaseRow } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'
import { isUuid } from '#uuid'

export interface OrderDetail {
  order: Order
  /** What was declared on the order page; null for a session opened elsewhere. */
  draft: DraftRow | null
}

/** One order by purchase id, by number („W-2026-0117“ or „117“), or by Stripe session id; null if there is none. */
export async function getOrder(ctx: Ctx, key: string): Promise<OrderDetail | null> {
  const row = await find(ctx, key.trim())
  if (!row) return null
  return { order: asOrder(row), draft: row.orderId ? await readDraft(ctx.db, row.orderId) : null }
}

async function find(ctx: Ctx, key: string): Promise<PurchaseRow | null> {
  if (isUuid(key)) return findPurchase(ctx.db, { id: key })
  if (isSessionId(key)) return findPurchase(ctx.db, { sessionId: key })
  const number = parseOrderNumber(key)
  return number === null ? null : findPurchase(ctx.db, { number })
}
