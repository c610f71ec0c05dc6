import { sumPurchases } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

export interface PersonSales {
  /** Orders that were ever paid, refunded ones too. */
  orders: number
  /** What remained of them after refunds, in cents, one row a currency. */
  sums: { cents: number; currency: string }[]
}

/** Person id → what they bought; people without a paid order are not in the map. For the operator. */
export async function salesOf(ctx: Ctx, personIds: string[]): Promise<Map<string, PersonSales>> {
  const sales = new Map<string, PersonSales>()
  for (const { personId, orders, cents, currency } of await sumPurchases(ctx.db, personIds)) {
    if (personId === null) continue
    const before = sales.get(personId) ?? { orders: 0, sums: [] }
    sales.set(personId, { orders: before.orders + orders, sums: [...before.sums, { cents, currency }] })
  }
  return sales
}
