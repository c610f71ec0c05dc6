import { writePrice } from '#domain/sales/store.ts'
import type { Ctx, PriceFact } from '#ports'

/**
 * Copies the course's price from Stripe into our row, so that no page waits for Stripe. Safe to run at any time and
 * in parallel: amounts of one Stripe price never change. Throws `OutsideError('stripe')`.
 */
export async function mirrorPrice(ctx: Ctx, productType = 'kurs'): Promise<PriceFact> {
  const fact = await ctx.payments.getPrice(ctx.settings.priceRef)
  await ctx.db.transaction((db) => writePrice(db, productType, fact, ctx.clock.now()))
  return fact
}
