import { readSettledAt } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

/** Session → when its order was last brought in line with Stripe; sessions without an order are not in the map. */
export const settledAt = (ctx: Ctx, sessionIds: string[]): Promise<Map<string, Date>> =>
  readSettledAt(ctx.db, sessionIds)
