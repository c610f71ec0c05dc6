import { type OperatorLetter, tellOperators } from '#domain/mail/tellOperators.ts'
import type { OwedNotice } from '#domain/sales/letterRules.ts'
import { orderNumber } from '#domain/sales/rules.ts'
import type { PurchaseRow } from '#domain/sales/store.ts'
import type { Ctx, OperatorOrderInputs } from '#ports'

/** Writes what the operator is owed about a purchase into the running transaction, once per cause and operator. */
export async function tellOfOrder(ctx: Ctx, notice: OwedNotice, purchase: PurchaseRow): Promise<void> {
  const order = (at: Date | null): OperatorOrderInputs => ({
    number: orderNumber(purchase.number, purchase.createdAt),
    amountTotal: purchase.amountTotal,
    currency: purchase.currency,
    at: (at ?? purchase.paidAt ?? purchase.createdAt).toISOString(),
    path: `/admin/bestellungen/${purchase.id}`,
  })
  const tell = <Kind extends OperatorLetter>(input: Parameters<typeof tellOperators<Kind>>[1]) =>
    tellOperators(ctx, { ...input, purchaseId: purchase.id })
  if (notice.kind === 'operator_sale')
    return tell({ kind: 'operator_sale', cause: purchase.id, inputs: order(purchase.paidAt) })
  if (notice.kind === 'operator_refund')
    return tell({
      kind: 'operator_refund',
      cause: notice.cause,
      inputs: { ...order(notice.at), refundAmount: notice.refundAmount, status: notice.status },
    })
  return tell({
    kind: 'operator_dispute',
    cause: notice.cause,
    inputs: {
      ...order(notice.at),
      status: notice.status,
      reason: notice.reason,
      evidenceDueAt: notice.evidenceDueAt?.toISOString() ?? null,
    },
  })
}
