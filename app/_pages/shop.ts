import 'server-only'
import { cache } from 'react'
import { sayIncomplete } from '#app/_http/pageStatus.ts'
import { pageCtx } from '#app/_http/viewer.ts'
import { currentPrice } from '#domain/sales/mirror/currentPrice.ts'

export interface ShownPrice {
  /** Cents. */
  amount: number
  currency: string
}

/**
 * The mirrored price, or null before the first mirror and while the database is away: pages then point to the order
 * page.
 */
export const shownPrice = cache(async (): Promise<ShownPrice | null> => {
  const ctx = await pageCtx()
  try {
    const price = await currentPrice(ctx)
    return price ? { amount: price.unitAmount, currency: price.currency } : null
  } catch (error) {
    sayIncomplete()
    ctx.log.warn({ err: error }, 'price not readable, page renders without it')
    return null
  }
})
