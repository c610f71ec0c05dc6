import { asOrder, type Order } from '#domain/sales/listOrders.ts'
import { searchPurchases } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

/** Orders by the beginnings of words of name and address, newest first; `query` is what `searchWords` made of them. */
export async function searchOrders(ctx: Ctx, query: string, limit: number): Promise<Order[]> {
  return (await searchPurchases(ctx.db, query, limit)).map(asOrder)
}
