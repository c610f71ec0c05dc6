import type { ComputedPurchase, StateLetter } from '#domain/sales/rules.ts'
import type { CheckoutTruth } from '#ports'

/**
 * Which letters a purchase owes, computed from the same truth as its state. Each letter names its cause and is written
 * once per cause, so settling again never repeats one (docs/decisions/refundLetters.md).
 */

export type OwedLetter =
  | { kind: StateLetter }
  /** `refundAmount` in cents; `accessEnds`: all the money went back or is on its way. */
  | { kind: 'refund'; refundId: string; refundAmount: number; accessEnds: boolean }

/** What the buyer is owed: the state's letter, and one for each refund that arrived. */
export function owedLetters(truth: CheckoutTruth, computed: ComputedPurchase): OwedLetter[] {
  const letters: OwedLetter[] = computed.letter ? [{ kind: computed.letter }] : []
  // Whoever bought something that is not ours gets no letter about its refunds.
  if (computed.state === 'foreign' || computed.flags.includes('unknown_price')) return letters
  for (const { id, amount, status } of truth.refunds)
    if (status === 'succeeded')
      letters.push({ kind: 'refund', refundId: id, refundAmount: amount, accessEnds: computed.refundedInFull })
  return letters
}

export type OwedNotice =
  | { kind: 'operator_sale' }
  | { kind: 'operator_refund'; cause: string; refundAmount: number; status: string; at: Date | null }
  | {
      kind: 'operator_dispute'
      cause: string
      status: string
      reason: string | null
      evidenceDueAt: Date | null
      at: Date | null
      /** Everything was refunded already: then the answer to the bank is the refund's receipt. */
      refunded: boolean
    }
  | { kind: 'operator_warning'; cause: string; type: string; at: Date }

/** The operator gets no letter about refunds that are pending, require an action or were canceled. */
const toldRefunds = ['succeeded', 'failed']

/**
 * What the operator is owed: the sale, each refund that arrived or failed, each new status of a dispute, each fraud
 * warning that still asks for something.
 */
export function owedNotices(truth: CheckoutTruth, computed: ComputedPurchase): OwedNotice[] {
  if (computed.state === 'foreign') return []
  const notices: OwedNotice[] = computed.access ? [{ kind: 'operator_sale' }] : []
  for (const refund of truth.refunds)
    if (toldRefunds.includes(refund.status))
      notices.push({
        kind: 'operator_refund',
        cause: `${refund.id}:${refund.status}`,
        refundAmount: refund.amount,
        status: refund.status,
        at: refund.createdAt ?? null,
      })
  for (const dispute of truth.disputes)
    notices.push({
      kind: 'operator_dispute',
      cause: `${dispute.id}:${dispute.status}`,
      status: dispute.status,
      reason: dispute.reason ?? null,
      evidenceDueAt: dispute.evidenceDueAt ?? null,
      at: dispute.createdAt ?? null,
      refunded: computed.refundedInFull,
    })
  for (const { id, type, actionable, createdAt } of truth.fraudWarnings ?? [])
    if (actionable) notices.push({ kind: 'operator_warning', cause: id, type, at: createdAt })
  return notices
}
