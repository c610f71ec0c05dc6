import { asOrder, type Order } from '#domain/sales/listOrders.ts'
import { readPurchasesOf } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

/** Every purchase of a person, newest first. */
export async function purchasesOf(ctx: Ctx, personId: string): Promise<Order[]> {
  return (await readPurchasesOf(ctx.db, personId)).map(asOrder)
}
