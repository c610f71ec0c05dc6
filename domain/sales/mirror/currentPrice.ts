import { readCurrentPrice } from '#domain/sales/mirror/store.ts'
import type { Ctx } from '#ports'

export interface CurrentPrice {
  id: string
  /** Cents, gross. */
  unitAmount: number
  /** Lower case, as Stripe writes it: `eur`. */
  currency: string
  productName: string
}

/** The price as last mirrored from Stripe; null before the first mirroring. Throws `database_unavailable`. */
export async function currentPrice(ctx: Ctx, productType = 'kurs'): Promise<CurrentPrice | null> {
  const row = await readCurrentPrice(ctx.db, productType)
  if (!row) return null
  const { id, unitAmount, currency, productName } = row
  return { id, unitAmount, currency, productName }
}
