import { judgeAgain } from '#domain/sales/judgeAgain.ts'
import { writePrice } from '#domain/sales/mirror/store.ts'
import type { Ctx, PriceFact } from '#ports'

/**
 * Copies the course's price from Stripe into our row, so that no page waits for Stripe. Safe to run at any time and in
 * parallel: amounts of one Stripe price never change. When the price is new to us, orders are judged again
 * (`judgeAgain`). Asks Stripe before its transaction, so call it outside of any. Throws `OutsideError('stripe')`.
 */
export async function mirrorPrice(ctx: Ctx, productType = 'kurs'): Promise<PriceFact> {
  const fact = await ctx.payments.getPrice(ctx.settings.priceRef)
  await ctx.db.transaction(async (db) => {
    if (await writePrice(db, productType, fact, ctx.clock.now())) await judgeAgain({ ...ctx, db }, fact.id)
  })
  return fact
}
