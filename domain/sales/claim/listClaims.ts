import { type ClaimRow, openClaims } from '#domain/sales/claim/store.ts'
import { asOrder, type Order } from '#domain/sales/listOrders.ts'
import { findPurchase } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

export interface Claim extends ClaimRow {
  order: Order | null
}

/** „Bezahlt, aber kein Zugang?“: open claims, oldest first, at most 100, each with the order it most likely means. */
export async function listClaims(ctx: Ctx): Promise<Claim[]> {
  const claims = await openClaims(ctx.db, 100)
  return Promise.all(
    claims.map(async (claim) => {
      const row = claim.purchaseId ? await findPurchase(ctx.db, { id: claim.purchaseId }) : null
      return { ...claim, order: row && asOrder(row) }
    }),
  )
}
