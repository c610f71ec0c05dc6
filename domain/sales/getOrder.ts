import { asOrder, type Order } from '#domain/sales/listOrders.ts'
import { parseOrderNumber } from '#domain/sales/rules.ts'
import { type DraftRow, findPurchase, type PurchaseRow, readDraft } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

export interface OrderDetail {
  order: Order
  /** What was declared on the order page; null for a session opened elsewhere. */
  draft: DraftRow | null
}

const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** One order by purchase id, by number („W-2026-0117“ or „117“), or by Stripe session id; null if there is none. */
export async function getOrder(ctx: Ctx, key: string): Promise<OrderDetail | null> {
  const row = await find(ctx, key.trim())
  if (!row) return null
  return { order: asOrder(row), draft: row.orderId ? await readDraft(ctx.db, row.orderId) : null }
}

async function find(ctx: Ctx, key: string): Promise<PurchaseRow | null> {
  if (uuidShape.test(key)) return findPurchase(ctx.db, { id: key })
  if (/^cs_[A-Za-z0-9_]{1,250}$/.test(key)) return findPurchase(ctx.db, { sessionId: key })
  const number = parseOrderNumber(key)
  return number === null ? null : findPurchase(ctx.db, { number })
}
