import { type AccessFile, accessFile } from '#domain/access/accessFile.ts'
import { type LessonSpan, lessonSpans } from '#domain/learning/lessonSpans.ts'
import { type LetterRow, listLetters } from '#domain/mail/listLetters.ts'
import { stripeIdsOf } from '#domain/operator/orderFile.ts'
import { draftsOf } from '#domain/sales/checkout/draftsOf.ts'
import type { DraftRow } from '#domain/sales/checkout/findDraft.ts'
import type { Order } from '#domain/sales/listOrders.ts'
import { afterSaleOf, type DisputeRow, type FraudWarningRow, type RefundRow } from '#domain/sales/mirror/afterSaleOf.ts'
import { purchasesOf } from '#domain/sales/purchasesOf.ts'
import { listWithdrawals, type WithdrawalView } from '#domain/sales/withdrawal/listWithdrawals.ts'
import type { AuditEntry, Ctx, EventHead } from '#ports'

export interface CustomerFile extends AccessFile {
  orders: Order[]
  /** Drafts behind the orders, and checkouts that never became one. */
  drafts: DraftRow[]
  refunds: RefundRow[]
  disputes: DisputeRow[]
  fraudWarnings: FraudWarningRow[]
  letters: LetterRow[]
  /** Stripe's events about these orders and Resend's about these letters, newest first. */
  events: EventHead[]
  lessons: LessonSpan
  /** Audit entries about the person and these orders, newest first. */
  deeds: AuditEntry[]
  /** Declarations of withdrawal about these orders, newest first. */
  withdrawals: WithdrawalView[]
}

/** The most rows of each sort that the page shows. */
const shown = { drafts: 20, events: 100, deeds: 100, withdrawals: 20 } as const

/**
 * The Kundenakte: everything about one person, from the first checkout to the last lesson; null for an unknown id. For
 * the operator only, because it holds address and name.
 */
export async function customerFile(ctx: Ctx, personId: string): Promise<CustomerFile | null> {
  const access = await accessFile(ctx, personId)
  if (!access) return null
  const orders = await purchasesOf(ctx, personId)
  const purchaseIds = orders.map(({ id }) => id)
  const orderIds = orders.flatMap(({ orderId }) => orderId ?? [])
  const [letters, drafts, afterSale, spans, withdrawals] = await Promise.all([
    listLetters(ctx, { about: { personId, purchaseIds } }),
    draftsOf(ctx, { orderIds, personId, limit: shown.drafts }),
    afterSaleOf(ctx, purchaseIds),
    lessonSpans(ctx, [personId]),
    listWithdrawals(ctx, { purchaseIds, limit: shown.withdrawals }),
  ])
  const [events, deeds] = await Promise.all([
    ctx.inbox.list({ objectIds: [...stripeIdsOf(orders, afterSale), ...providerIds(letters)], limit: shown.events }),
    ctx.audit.list(ctx.db, { personId, purchaseIds, limit: shown.deeds }),
  ])
  return {
    ...access,
    orders,
    drafts,
    ...afterSale,
    letters,
    events,
    lessons: spans.get(personId) ?? { first: null, last: null },
    deeds,
    withdrawals,
  }
}

const providerIds = (letters: LetterRow[]) => letters.flatMap(({ providerId }) => providerId ?? [])
