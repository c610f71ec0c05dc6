import { isFulfilled, type PurchaseState, standing, sumRefunds, weighDisputes } from '#domain/sales/rules.ts'
import type { CheckoutTruth } from '#ports'

/** What may be given back, without I/O. Stripe's truth decides (`refundable`); pages offer what our rows say. */

/**
 * What an operator may still refund, in cents, or why nothing. Stripe refuses to refund a disputed charge, because the
 * bank may take the same money; whatever we say here, Stripe decides in the end.
 */
export function refundable(
  truth: CheckoutTruth,
): { left: number; obstacle: null } | { left: 0; obstacle: 'unpaid' | 'free' | 'disputed' | 'nothing_left' } {
  if (!isFulfilled(truth)) return { left: 0, obstacle: 'unpaid' }
  if (truth.paymentIntentId === null || truth.amountTotal === 0) return { left: 0, obstacle: 'free' }
  if (weighDisputes(truth).verdict !== null) return { left: 0, obstacle: 'disputed' }
  const { left } = sumRefunds(truth)
  return left > 0 ? { left, obstacle: null } : { left: 0, obstacle: 'nothing_left' }
}

interface Order {
  state: PurchaseState
  /** Cents, as `amountRefunded`. */
  amountTotal: number
  amountRefunded: number
}

/** Cents that the order's page offers to refund, also of an order whose access has ended; 0: no such button. */
export function offeredRefund(order: Order & { paidAt: Date | null; paymentIntentId: string | null }): number {
  const canRefund = order.paidAt !== null && order.paymentIntentId !== null && order.state !== 'lost'
  return canRefund ? Math.max(0, order.amountTotal - order.amountRefunded) : 0
}

/** Cents that the buyer of an order that stands has paid and not got back: what an accepted withdrawal refunds. */
export const leftToRefund = ({ state, amountTotal, amountRefunded }: Order): number =>
  standing.includes(state) ? amountTotal - amountRefunded : 0

/** An order that cost nothing and still stands: nothing to refund, but an access to end. */
export const isFreeAndOpen = ({ state, amountTotal }: Omit<Order, 'amountRefunded'>): boolean =>
  amountTotal === 0 && standing.includes(state)
