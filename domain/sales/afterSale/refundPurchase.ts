import { accessLimits } from '#domain/access/rules.ts'
import { refundable } from '#domain/sales/afterSale/rules.ts'
import type { PurchaseState } from '#domain/sales/rules.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { settleSoon } from '#domain/sales/settleSoon.ts'
import { findPurchase, type PurchaseRow } from '#domain/sales/store.ts'
import { AppError, invariant, isOutsideError } from '#errors'
import type { AuditEntry, CheckoutTruth, Ctx, RefundFact } from '#ports'
import { isUuid } from '#uuid'

export interface RefundWish {
  purchaseId: string
  /** Cents; null = everything that is left. */
  amount: number | null
  reason: string
  /** `person:{id}` of an operator, `cli`. */
  actor: string
  /** UUID of the form: the same key is the same refund, for ever. */
  key: string
}

export interface RefundAnswer {
  refundId: string
  /** Stripe's word: succeeded, pending, requires_action, failed. */
  status: string
  /** The purchase's state after settling it again; access has followed. */
  state: PurchaseState
}

/**
 * Gives money back through Stripe, in full or in part, and lets access follow at once.
 *
 * The wish is written first (audit entry, its amount frozen), then Stripe is asked under `refund:{key}`, outside any
 * transaction. A crash or a lost answer in between is repaired by the same click: it finds the wish, sees from the
 * refund's metadata whether Stripe has booked it, and asks again only if not, so it never refunds twice, even after
 * Stripe has forgotten the key (24 hours). A refusal is recorded, and the same click then answers the same.
 *
 * Throws `invalid_input` and `conflict` with a sentence in `fields`, `not_found`, `payments_unavailable` while Stripe
 * is away, and `OutsideError('stripe')` when Stripe definitely refuses to show the payment. Not inside a transaction.
 */
export async function refundPurchase(ctx: Ctx, wish: RefundWish): Promise<RefundAnswer> {
  invariant(!ctx.db.inTransaction, 'refundPurchase asks Stripe and must not hold a transaction')
  checkWish(wish)
  const purchase = await findPurchase(ctx.db, { id: wish.purchaseId })
  if (!purchase || purchase.state === 'foreign') throw new AppError('not_found', 'no such purchase')
  const truth = await askStripe(() => ctx.payments.getCheckout(purchase.sessionId))
  const amount = (await repeatedAmount(ctx, wish)) ?? (await writeWish(ctx, wish, purchase, truth))
  ctx.crashPoint?.('refund.before-stripe')
  const refund = truth.refunds.find(({ askedBy }) => askedBy === wish.key) ?? (await book(ctx, wish, truth, amount))
  ctx.crashPoint?.('refund.after-stripe')
  return { refundId: refund.id, status: refund.status, state: await follow(ctx, purchase) }
}

function checkWish(wish: RefundWish): void {
  const fields: Record<string, string> = {}
  if (wish.amount !== null && !(Number.isSafeInteger(wish.amount) && wish.amount > 0))
    fields.amount = 'Gib einen Betrag über 0 € an, mit höchstens zwei Stellen nach dem Komma.'
  if (wish.reason.trim() === '') fields.reason = 'Schreib kurz dazu, warum du erstattest.'
  if (wish.reason.length > accessLimits.reasonLength)
    fields.reason = `Der Grund darf höchstens ${accessLimits.reasonLength} Zeichen haben.`
  if (!isUuid(wish.key)) fields.key = 'Lade die Seite neu und versuche es noch einmal.'
  if (!isUuid(wish.purchaseId)) fields.purchaseId = 'Diese Bestellung gibt es nicht.'
  if (Object.keys(fields).length > 0) throw new AppError('invalid_input', 'refund wish', { fields })
}

/** The amount frozen by this click's first try, null when this is the first. Throws what that try was refused with. */
async function repeatedAmount(ctx: Ctx, wish: RefundWish): Promise<number | null> {
  const before = await ctx.audit.find(ctx.db, wish.key)
  if (!before) return null
  if (!isSameWish(before, wish)) throw refusal('Dieser Klick gehört zu einer anderen Erstattung. Lade die Seite neu.')
  if (await ctx.audit.find(ctx.db, refusedId(ctx, wish.key))) throw refusedByStripe()
  return Number(before.detail?.amount)
}

const isSameWish = (before: AuditEntry, wish: RefundWish) =>
  before.action === 'purchase.refund' &&
  before.purchaseId === wish.purchaseId &&
  (before.detail?.asked ?? null) === wish.amount

/**
 * Checks against Stripe's truth of this moment and freezes the amount. Two clicks at once under one key are one wish.
 */
async function writeWish(ctx: Ctx, wish: RefundWish, purchase: PurchaseRow, truth: CheckoutTruth): Promise<number> {
  const { left, obstacle } = refundable(truth)
  if (obstacle) throw refusal(obstacles[obstacle])
  if (truth.currency !== purchase.currency) throw refusal('Die Währung bei Stripe ist eine andere. Sieh dort nach.')
  const amount = wish.amount ?? left
  if (amount > left) throw refusal(`Es sind nur noch ${money(left, truth.currency)} übrig.`, { left })
  const isNew = await ctx.audit.record(ctx.db, {
    id: wish.key,
    actor: wish.actor,
    action: 'purchase.refund',
    personId: purchase.personId,
    purchaseId: purchase.id,
    reason: wish.reason.trim(),
    detail: { amount, asked: wish.amount, currency: truth.currency },
  })
  if (isNew) return amount
  const first = await repeatedAmount(ctx, wish)
  invariant(first !== null, 'an audit entry that collides is there')
  return first
}

const obstacles = {
  unpaid: 'Diese Bestellung ist nicht bezahlt; es gibt nichts zu erstatten.',
  free: 'Diese Bestellung hat nichts gekostet; es gibt nichts zu erstatten.',
  disputed: 'Diese Zahlung ist bei der Bank angefochten. Antworte bei Stripe auf die Anfechtung, statt zu erstatten.',
  nothing_left: 'Hier ist schon alles erstattet.',
}

async function book(ctx: Ctx, wish: RefundWish, truth: CheckoutTruth, amount: number): Promise<RefundFact> {
  invariant(truth.paymentIntentId, 'a purchase that can be refunded has a payment')
  const request = {
    paymentIntentId: truth.paymentIntentId,
    amount,
    idempotencyKey: `refund:${wish.key}`,
    metadata: { asked_by: wish.key, purchase_id: wish.purchaseId },
  }
  try {
    return await askStripe(() => ctx.payments.refund(request))
  } catch (error) {
    if (!isOutsideError(error)) throw error
    // A definite no. The message holds kind, code and status only, so the audit log can show it.
    await ctx.audit.record(ctx.db, {
      id: refusedId(ctx, wish.key),
      actor: wish.actor,
      action: 'purchase.refund_refused',
      purchaseId: wish.purchaseId,
      target: wish.key,
      detail: { amount, stripe: error.message },
    })
    throw refusedByStripe(error)
  }
}

/** Id of the audit entry which says that Stripe refused the refund of this key. */
export const refusedId = (ctx: Ctx, key: string) => ctx.ids.fromName(`refund-refused:${key}`)

/** An outage becomes `payments_unavailable`; a definite no stays Stripe's own `OutsideError`. */
async function askStripe<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!isOutsideError(error) || !error.retryable) throw error
    throw new AppError('payments_unavailable', error.message, {
      cause: error,
      retryAfter: error.retryAfter ?? 30,
      facts: { maybeBooked: error.ambiguous },
    })
  }
}

/** The refund is booked; if Stripe cannot be read now, a job settles the order later, and Stripe's events do too. */
async function follow(ctx: Ctx, purchase: PurchaseRow): Promise<PurchaseState> {
  try {
    return (await settleOrder(ctx, purchase.sessionId)).state
  } catch (error) {
    ctx.log.warn({ err: error, purchaseId: purchase.id }, 'refunded, looking at the order later')
    await settleSoon(ctx, purchase.sessionId)
    return (await findPurchase(ctx.db, { id: purchase.id }))?.state ?? purchase.state
  }
}

const refusal = (sentence: string, facts?: Record<string, number>) =>
  new AppError('conflict', sentence, { fields: { amount: sentence }, facts })

const refusedByStripe = (cause?: unknown) =>
  new AppError('conflict', 'Stripe refused the refund', {
    fields: { amount: 'Stripe hat diese Erstattung abgelehnt. Sieh im Stripe-Dashboard nach, warum.' },
    cause,
  })

const money = (cents: number, currency: string) =>
  new Intl.NumberFormat('de-DE', { style: 'currency', currency }).format(cents / 100)
