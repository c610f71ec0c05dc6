import { readAfterSale } from '#domain/sales/mirror/store.ts'
import type { Ctx } from '#ports'

export type AfterSale = Awaited<ReturnType<typeof readAfterSale>>
export type RefundRow = AfterSale['refunds'][number]
export type DisputeRow = AfterSale['disputes'][number]
export type FraudWarningRow = AfterSale['fraudWarnings'][number]

/** Refunds, disputes and fraud warnings of these orders, as last mirrored from Stripe, each oldest first. */
export const afterSaleOf = (ctx: Ctx, purchaseIds: string[]): Promise<AfterSale> => readAfterSale(ctx.db, purchaseIds)
