import { readSessionOfPayment } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

/** The session of an order we know by its payment or its charge; null if we know none. */
export const sessionOfPayment = (
  ctx: Ctx,
  reference: { paymentIntentId: string | null; chargeId: string | null },
): Promise<string | null> => readSessionOfPayment(ctx.db, reference)
