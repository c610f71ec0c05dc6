import { mirrorPrice } from '#domain/sales/checkout/mirrorPrice.ts'
import type { Ctx } from '#ports'

export const priceMirror = (ctx: Ctx) => mirrorPrice(ctx)
