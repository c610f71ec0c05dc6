import type { NewLetter } from '#domain/mail/queueLetters.ts'
import { operatorLetters } from '#domain/mail/tellOperators.ts'
import type { OwedNotice } from '#domain/sales/letterRules.ts'
import { orderNumber } from '#domain/sales/rules.ts'
import type { PurchaseRow } from '#domain/sales/store.ts'
import type { Ctx, OperatorOrderInputs } from '#ports'

/** A notice about a purchase as letters to queue, one for each operator and unique per cause. */
export function operatorOrderLetters(ctx: Ctx, notice: OwedNotice, purchase: PurchaseRow): NewLetter[] {
  const order = (at: Date | null): OperatorOrderInputs => ({
    number: orderNumber(purchase.number, purchase.createdAt),
    amountTotal: purchase.amountTotal,
    currency: purchase.currency,
    at: (at ?? purchase.paidAt ?? purchase.createdAt).toISOString(),
    path: `/admin/bestellungen/${purchase.id}`,
  })
  const purchaseId = purchase.id
  if (notice.kind === 'operator_sale')
    return operatorLetters(ctx, {
      kind: 'operator_sale',
      cause: purchaseId,
      inputs: { ...order(purchase.paidAt), flags: purchase.flags },
      purchaseId,
    })
  if (notice.kind === 'operator_refund') {
    const inputs = { ...order(notice.at), refundAmount: notice.refundAmount, status: notice.status }
    return operatorLetters(ctx, { kind: 'operator_refund', cause: notice.cause, inputs, purchaseId })
  }
  if (notice.kind === 'operator_warning') {
    const inputs = { ...order(notice.at), type: notice.type }
    return operatorLetters(ctx, { kind: 'operator_warning', cause: notice.cause, inputs, purchaseId })
  }
  const inputs = {
    ...order(notice.at),
    status: notice.status,
    refunded: notice.refunded,
    reason: notice.reason,
    evidenceDueAt: notice.evidenceDueAt?.toISOString() ?? null,
  }
  return operatorLetters(ctx, { kind: 'operator_dispute', cause: notice.cause, inputs, purchaseId })
}
