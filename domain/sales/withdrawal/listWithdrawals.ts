import { grantsOfSource } from '#domain/access/grantsOfSource.ts'
import { listLetters } from '#domain/mail/listLetters.ts'
import type { LetterState } from '#domain/mail/rules.ts'
import { findDraft } from '#domain/sales/checkout/findDraft.ts'
import { asOrder, type Order } from '#domain/sales/listOrders.ts'
import { type PurchaseRow, readPurchases } from '#domain/sales/store.ts'
import { type Right, receiptKey, refundClock, rightOfWithdrawal } from '#domain/sales/withdrawal/rules.ts'
import { selectWithdrawals, type WithdrawalRow } from '#domain/sales/withdrawal/store.ts'
import type { Ctx } from '#ports'

export interface WithdrawalView {
  withdrawal: WithdrawalRow
  order: Order | null
  /** The right at the moment the declaration arrived; null without an order. */
  right: Right | null
  /** Whether the receipt arrived, as § 356a BGB demands; null when its letter is not stored. */
  receipt: { letterId: string; state: LetterState; reason: string | null; closed: boolean } | null
  /** § 357 BGB: the last day („2026-12-06“) and how many are left. */
  refund: { lastDay: string; daysLeft: number }
}

/**
 * Declarations of withdrawal, newest first, each with its order, the state of the right, and the days left to refund.
 */
export async function listWithdrawals(
  ctx: Ctx,
  filter: { states?: WithdrawalRow['state'][]; purchaseIds?: string[]; beforeId?: string; limit: number },
): Promise<WithdrawalView[]> {
  const rows = await selectWithdrawals(ctx.db, filter)
  const purchases = await readPurchases(
    ctx.db,
    rows.flatMap(({ purchaseId }) => purchaseId ?? []),
  )
  const byId = new Map(purchases.map((row) => [row.id, row]))
  const now = ctx.clock.now()
  return Promise.all(
    rows.map(async (withdrawal) => {
      const purchase = withdrawal.purchaseId ? byId.get(withdrawal.purchaseId) : undefined
      return {
        withdrawal,
        order: purchase ? asOrder(purchase) : null,
        right: purchase ? await rightAt(ctx, purchase, withdrawal.receivedAt) : null,
        receipt: await receiptOf(ctx, withdrawal.id),
        refund: refundClock(withdrawal.receivedAt, now),
      }
    }),
  )
}

async function receiptOf(ctx: Ctx, withdrawalId: string): Promise<WithdrawalView['receipt']> {
  const [letter] = await listLetters(ctx, { id: ctx.ids.fromName(receiptKey(withdrawalId)), limit: 1 })
  return (
    (letter && {
      letterId: letter.id,
      state: letter.state as LetterState,
      reason: letter.reason,
      closed: letter.closedAt !== null,
    }) ??
    null
  )
}

/**
 * The right at an instant: the ticks come from the draft, the begin from the grant, the confirmation from the letters.
 */
async function rightAt(ctx: Ctx, purchase: PurchaseRow, at: Date): Promise<Right> {
  const [draft, grants, letters] = await Promise.all([
    purchase.orderId ? findDraft(ctx, purchase.orderId) : null,
    grantsOfSource(ctx, `purchase:${purchase.id}`),
    listLetters(ctx, { purchaseId: purchase.id, kind: 'welcome' }),
  ])
  const begunAt = grants[0]?.createdAt ?? null
  const accepted = letters
    .filter(({ state }) => !['bounced', 'suppressed', 'failed'].includes(state))
    .flatMap(({ handedOverAt }) => handedOverAt ?? [])
  return rightOfWithdrawal(
    {
      concludedAt: begunAt ?? purchase.paidAt,
      bothTicks: (draft?.consentStartNow && draft.consentAcknowledgesLoss) ?? false,
      begunAt,
      confirmedAt: accepted.length > 0 ? new Date(Math.min(...accepted.map((when) => when.getTime()))) : null,
    },
    at,
  )
}
