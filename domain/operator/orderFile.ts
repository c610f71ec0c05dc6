import { grantsOfSource, type SourceGrant } from '#domain/access/grantsOfSource.ts'
import { type LetterRow, listLetters } from '#domain/mail/listLetters.ts'
import { getOrder, type OrderDetail } from '#domain/sales/getOrder.ts'
import type { Order } from '#domain/sales/listOrders.ts'
import { type AfterSale, afterSaleOf } from '#domain/sales/mirror/afterSaleOf.ts'
import { listWithdrawals, type WithdrawalView } from '#domain/sales/withdrawal/listWithdrawals.ts'
import type { AuditEntry, Ctx, EventHead } from '#ports'

export interface OrderFile extends OrderDetail, AfterSale {
  grants: SourceGrant[]
  letters: LetterRow[]
  /** Newest first. */
  events: EventHead[]
  /** What people did to it by hand, newest first. */
  deeds: AuditEntry[]
  withdrawals: WithdrawalView[]
}

const EVENTS_SHOWN = 50
const DEEDS_SHOWN = 50
const WITHDRAWALS_SHOWN = 20

/** Ids of all of Stripe's objects that belong to these orders and may appear in events. */
export const stripeIdsOf = (orders: Order[], { refunds, disputes, fraudWarnings }: AfterSale): string[] =>
  [
    ...orders.flatMap(({ sessionId, paymentIntentId, chargeId }) => [sessionId, paymentIntentId, chargeId]),
    ...refunds.map(({ id }) => id),
    ...disputes.map(({ id }) => id),
    ...fraudWarnings.map(({ id }) => id),
  ].filter((id) => id !== null)

/** Everything we know of one order, by its id, number or Stripe session; null for an unknown one. For the operator. */
export async function orderFile(ctx: Ctx, key: string): Promise<OrderFile | null> {
  const detail = await getOrder(ctx, key)
  if (!detail) return null
  const { id } = detail.order
  const afterSale = await afterSaleOf(ctx, [id])
  const objectIds = stripeIdsOf([detail.order], afterSale)
  const [grants, letters, events, deeds, withdrawals] = await Promise.all([
    grantsOfSource(ctx, `purchase:${id}`),
    listLetters(ctx, { purchaseId: id }),
    ctx.inbox.list({ source: 'stripe', objectIds, limit: EVENTS_SHOWN }),
    ctx.audit.list(ctx.db, { purchaseIds: [id], limit: DEEDS_SHOWN }),
    listWithdrawals(ctx, { purchaseIds: [id], limit: WITHDRAWALS_SHOWN }),
  ])
  return { ...detail, ...afterSale, grants, letters, events, deeds, withdrawals }
}
