import { asOrder, type Order } from '#domain/sales/listOrders.ts'
import { findPurchaseByStripeId } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

/**
 * The order one of Stripe's ids belongs to (session, payment, charge, refund, dispute, fraud warning, invoice); null if
 * none does.
 */
export async function orderOfStripeId(ctx: Ctx, id: string): Promise<Order | null> {
  const found = await findPurchaseByStripeId(ctx.db, id)
  return found && asOrder(found)
}
