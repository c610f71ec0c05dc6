import { orderNumber } from '#domain/sales/rules.ts'
import { listPurchases, type OrderFilter, type PurchaseRow } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

export type Order = Omit<PurchaseRow, 'number'> & {
  /** „W-2026-0117“. */
  number: string
}

export const asOrder = (row: PurchaseRow): Order => ({ ...row, number: orderNumber(row.number, row.createdAt) })

/** Newest first, at most `limit` (100 if not given); foreign sessions only when asked for by state. */
export async function listOrders(ctx: Ctx, filter: Partial<OrderFilter> = {}): Promise<Order[]> {
  return (await listPurchases(ctx.db, { limit: 100, ...filter })).map(asOrder)
}
