import { readAfterSale } from '#domain/sales/afterSale/store.ts'
import type { Ctx } from '#ports'

export type AfterSale = Awaited<ReturnType<typeof readAfterSale>>
export type RefundRow = AfterSale['refunds'][number]
export type DisputeRow = AfterSale['disputes'][number]
export type WarningRow = AfterSale['warnings'][number]

/** What came back of these orders, what is disputed and what Stripe warned of, oldest first. */
export const afterSaleOf = (ctx: Ctx, purchaseIds: string[]): Promise<AfterSale> => readAfterSale(ctx.db, purchaseIds)
