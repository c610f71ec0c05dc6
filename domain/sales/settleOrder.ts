import { accountOrigin } from '#domain/access/accountOrigin.ts'
import { ensureGrant } from '#domain/access/ensureGrant.ts'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { revokeGrant } from '#domain/access/revokeGrant.ts'
import { normalizeEmail, sendableEmail } from '#domain/access/rules.ts'
import { type DraftRow, noteExpired, readDraft, readDraftOfSession } from '#domain/sales/checkout/store.ts'
import { owedLetters, owedNotices } from '#domain/sales/letterRules.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import {
  mirrorDisputes,
  mirrorFraudWarnings,
  mirrorRefunds,
  readPriceIds,
  rememberPrice,
} from '#domain/sales/mirror/store.ts'
import { endParked, tellParked } from '#domain/sales/parkedAlarms.ts'
import {
  type ComputedPurchase,
  computePurchase,
  isFulfilled,
  type OwnFacts,
  orderLimits,
  ownNames,
  type PurchaseState,
  pricesOfOurs,
  products,
} from '#domain/sales/rules.ts'
import {
  flagDoublePayments,
  knownForeign,
  lockPersonsPurchases,
  type PurchaseFacts,
  type PurchaseRow,
  readPurchaseOfSession,
  writePurchase,
} from '#domain/sales/store.ts'
import { writeOrderLetters } from '#domain/sales/writeOrderLetters.ts'
import { AppError, invariant, isOutsideError, OutsideError } from '#errors'
import type { CheckoutTruth, Ctx } from '#ports'
import { isUuid } from '#uuid'

export interface SettledOrder {
  /** Null while there is nothing to keep: the session is open, or expired unpaid. */
  purchaseId: string | null
  state: PurchaseState
}

/**
 * Brings our rows in line with Stripe's truth about one Checkout Session: purchase, grant, letters and, with `eventId`,
 * that event's stamp, all in one transaction. Worker, reconciler and the operator's button call this same verb; it may
 * run any number of times, also at the same moment, but not inside a transaction.
 *
 * Two runs race by version: each reads the version, fetches outside any transaction, and writes only if the version is
 * still the one it read. Whoever loses fetches again, five times at most. By then others have fetched after this call
 * began, so their result is as new as ours would be and is answered instead.
 *
 * `closely` also asks Stripe for inquiries and early fraud warnings; a purchase that has one is always looked at so.
 * Throws `OutsideError('stripe')`, `database_unavailable`, and `conflict` when a close look lost to ordinary ones or
 * the buyer's address moved each time; the job's retry goes on then.
 */
export async function settleOrder(
  ctx: Ctx,
  sessionId: string,
  options: { eventId?: string; closely?: boolean } = {},
): Promise<SettledOrder> {
  invariant(!ctx.db.inTransaction, 'settleOrder asks Stripe and must not hold a transaction')
  let beganAt: number | null = null
  for (let attempt = 1; attempt <= orderLimits.settleTries; attempt++) {
    const before = await readPurchaseOfSession(ctx.db, sessionId)
    beganAt ??= before?.version ?? 0
    const closely = options.closely || before?.flags.some((flag) => closeFlags.includes(flag)) || false
    const truth = await ctx.payments.getCheckout(sessionId, { closely })
    if (closely) await alarmUnread(ctx, truth)
    const settled = await ctx.trace.continue(truth.traceparent, () =>
      ctx.trace.span('settle', { to: 'database', detail: { session: sessionId } }, async (step) => {
        const written = await writeTruth(ctx, before, truth, options.eventId)
        Object.assign(step.detail, written ? { state: written.state, purchase: written.purchaseId } : { attempt })
        if (!written) step.outcome = 'stale'
        return written
      }),
    )
    if (settled) return settled
    ctx.log.info({ sessionId, attempt }, 'somebody settled meanwhile, looking again')
  }
  return adoptWinner(ctx, sessionId, { ...options, beganAt: beganAt ?? 0 })
}

/**
 * Answers what others wrote, which is new enough: whoever wrote version n + 1 fetched after version n was written, so
 * the second settle since we began has fetched after that. A given or a corrected address raises the version too, each
 * once; so five versions are more than enough.
 */
async function adoptWinner(
  ctx: Ctx,
  sessionId: string,
  options: { eventId?: string; closely?: boolean; beganAt: number },
): Promise<SettledOrder> {
  const row = await readPurchaseOfSession(ctx.db, sessionId)
  if (!row || options.closely || row.version - options.beganAt < orderLimits.settleTries)
    throw new AppError('conflict', `order is settled too often at once: ${sessionId}`)
  if (options.eventId)
    await ctx.inbox.markProcessed(ctx.db, 'stripe', options.eventId, `settled: ${row.state}`, {
      forgetBody: row.state === 'foreign',
    })
  return { purchaseId: row.id, state: row.state }
}

/** Flags that only a close look can see, so only a close look may clear them. */
const closeFlags = ['fraud_warning', 'inquiry', 'dispute', 'odd_dispute']

/** Thrown inside the transaction, so that a write which came too late is rolled back whole. */
class StaleFetch extends Error {}

/** null: the purchase changed since `before` was read. */
async function writeTruth(
  ctx: Ctx,
  before: PurchaseRow | null,
  truth: CheckoutTruth,
  eventId: string | undefined,
): Promise<SettledOrder | null> {
  const draft = await draftOf(ctx, truth)
  const known = addressed(truth, before, draft)
  const { computed, ourPriceIds } = await judge(ctx, known, {
    livemode: ctx.settings.livemode,
    hasDraft: draft !== null,
    warned: before?.flags.includes('fraud_warning'),
    accessEnded: Boolean(before?.accessEndedAt),
  })
  // No event is about an open session: our answer is older than the event, which must not count as handled.
  if (eventId && computed.state === 'open')
    throw new OutsideError('stripe', 'bad_answer', `session rang but is still open: ${truth.sessionId}`)
  // Prepared before the transaction: once per process they are drawn and stored, afterwards they come from memory.
  if (computed.state === 'paid') await ctx.documents.legal(ctx.db)
  try {
    const settled = await ctx.db.transaction(async (db) => {
      const result = await applyTruth({ ...ctx, db }, { before, truth: known, draft, computed, ourPriceIds })
      if (eventId)
        await ctx.inbox.markProcessed(db, 'stripe', eventId, `settled: ${computed.state}`, {
          forgetBody: computed.state === 'foreign',
        })
      ctx.crashPoint?.('settle.before-commit')
      return result
    })
    ctx.crashPoint?.('settle.after-commit')
    // `requestId` is the order's own, from the click on; `rungBy` is what led here this time, such as a delivery.
    const ids = { requestId: truth.requestId ?? ctx.requestId, rungBy: ctx.requestId, sessionId: truth.sessionId }
    ctx.log.info({ ...ids, purchaseId: settled.purchaseId, state: settled.state }, 'order settled')
    await alarmParked(ctx, { before, computed, truth })
    return settled
  } catch (error) {
    if (error instanceof StaleFetch) return null
    throw error
  }
}

/** Before an order is parked or ignored for its price, the mirror is refreshed once: the price may be new. */
async function judge(ctx: Ctx, truth: CheckoutTruth, facts: Omit<OwnFacts, 'ourPriceIds'>): Promise<Judgement> {
  const byMirror = async () => {
    const ourPriceIds = await readPriceIds(ctx.db)
    return { computed: computePurchase(truth, { ...facts, ourPriceIds }), ourPriceIds }
  }
  const first = await byMirror()
  if (!(await mayBeOurs(ctx, truth, first.computed))) return first
  try {
    await mirrorPrice(ctx)
  } catch (error) {
    // After an outage the job tries again. A setting that names no price any more stays wrong: a person decides then.
    if (!isOutsideError(error) || error.retryable) throw error
    ctx.log.warn({ err: error }, 'the price could not be mirrored before an order was parked')
  }
  return byMirror()
}

/**
 * Whether the price may have become ours since the last mirroring, so that Stripe is worth asking. Always for a session
 * that claims to be ours. For other sessions only if their price was not judged foreign in the last minutes, because an
 * account may sell a lot beside the course.
 */
async function mayBeOurs(ctx: Ctx, truth: CheckoutTruth, { state, flags }: ComputedPurchase): Promise<boolean> {
  if (flags.includes('unknown_price')) return true
  const counts = state === 'foreign' && truth.livemode === ctx.settings.livemode && isFulfilled(truth)
  if (!counts || truth.priceIds.length === 0) return false
  return !(await knownForeign(ctx.db, truth.priceIds, new Date(ctx.clock.now().getTime() - orderLimits.priceNewsMs)))
}

interface Judgement {
  computed: ComputedPurchase
  ourPriceIds: string[]
}

/**
 * The draft behind a session, found by its order id, by its own id, or by the id of the session it was recovered from.
 */
export async function draftOf(ctx: Ctx, truth: CheckoutTruth): Promise<DraftRow | null> {
  if (truth.orderId && isUuid(truth.orderId)) return readDraft(ctx.db, truth.orderId)
  const own = await readDraftOfSession(ctx.db, truth.sessionId)
  return own ?? (truth.recoveredFrom ? readDraftOfSession(ctx.db, truth.recoveredFrom) : null)
}

/**
 * The truth with the address that counts. When Stripe has no usable one, we take an address somebody gave us since, the
 * one Stripe once told (erasing it there must not end a paid access), or what the buyer typed on our page. An address
 * that the buyer corrected while the payment was on its way comes before Stripe's.
 */
export function addressed(truth: CheckoutTruth, before: PurchaseRow | null, draft: DraftRow | null): CheckoutTruth {
  const corrected = before?.addressCorrectedAt ? before.emailGiven : null
  const known = [corrected, truth.email, before?.emailGiven, before?.email, draft?.email]
  const usable = known.find((email) => email && normalizeEmail(email))
  return { ...truth, email: usable ? sendableEmail(usable) : truth.email }
}

/** A close look got no fraud warnings: the restricted key lacks that right, and they would go unseen. */
async function alarmUnread(ctx: Ctx, truth: CheckoutTruth): Promise<void> {
  if (truth.paymentIntentId === null) return
  if (truth.fraudWarnings) return ctx.alarms.clear(ctx.db, 'stripe_permission')
  await ctx.alarms.raise(
    'stripe_permission',
    'Der Stripe-Schlüssel darf Betrugswarnungen nicht lesen. Gib ihm im Stripe-Dashboard das Recht, Radar zu lesen.',
  )
}

/** Raises the alarm for a parked purchase with a new flag, and clears it when the last one is freed or ticked off. */
async function alarmParked(
  ctx: Ctx,
  { before, computed, truth }: Pick<Settlement, 'before' | 'computed' | 'truth'>,
): Promise<void> {
  if (computed.state === 'parked') {
    if (computed.flags.some((flag) => !before?.flagsSeen.includes(flag))) await tellParked(ctx, computed, truth)
  } else if (before?.state === 'parked') await endParked(ctx)
}

interface Settlement extends Judgement {
  before: PurchaseRow | null
  truth: CheckoutTruth
  draft: DraftRow | null
}

async function applyTruth(ctx: Ctx, settlement: Settlement): Promise<SettledOrder> {
  const { before, truth, draft, computed } = settlement
  if (!before && computed.state === 'expired') await noteExpired(ctx.db, truth.sessionId, ctx.clock.now())
  if (!before && ['open', 'expired'].includes(computed.state)) return { purchaseId: null, state: computed.state }
  const id = ctx.ids.fromName(`purchase:${truth.sessionId}`)
  const owner = await ownerOf(ctx, id, settlement)
  const personId = owner?.personId ?? null
  // An account made in this transaction is unknown to everybody else, so it needs no lock.
  const shared = owner && !owner.created ? owner.personId : null
  if (shared) await lockPersonsPurchases(ctx.db, shared)
  if (shared && !before?.personId && !(await livesThere(ctx, shared, truth, draft))) throw new StaleFetch()
  const facts = computed.state === 'foreign' ? foreignFacts(ctx, id, truth) : factsOf(ctx, id, personId, settlement)
  const row = await writePurchase(ctx.db, before?.version ?? null, facts)
  if (!row) throw new StaleFetch()
  await settleGrant(ctx, row, computed)
  for (const named of ownNames(truth)) await rememberPrice(ctx.db, named.opens, named, ctx.clock.now())
  const twice = shared ? await flagDoublePayments(ctx.db, shared) : null
  if (computed.state !== 'foreign') await mirror(ctx, id, truth)
  const ordered = { ...ctx, requestId: truth.requestId ?? ctx.requestId }
  const owed = { letters: owedLetters(truth, computed), notices: owedNotices(truth, computed) }
  const purchase = { ...row, flags: twice?.get(id) ?? row.flags }
  await writeOrderLetters(ordered, owed, { purchase, draft, truth, accountAddress: owner?.created ?? null })
  return { purchaseId: id, state: computed.state }
}

/** One row per refund, dispute and fraud warning, however many events told of it. The version protects these too. */
async function mirror(ctx: Ctx, purchaseId: string, truth: CheckoutTruth): Promise<void> {
  const seenAt = ctx.clock.now()
  if (truth.refunds.length > 0) await mirrorRefunds(ctx.db, purchaseId, truth.refunds, seenAt)
  if (truth.disputes.length > 0) await mirrorDisputes(ctx.db, purchaseId, truth.disputes, seenAt)
  if (truth.fraudWarnings?.length) await mirrorFraudWarnings(ctx.db, purchaseId, truth.fraudWarnings, seenAt)
}

/** Whether the account still has the paid address: while we waited for the lock it may have been corrected. */
async function livesThere(ctx: Ctx, personId: string, truth: CheckoutTruth, draft: DraftRow | null): Promise<boolean> {
  if (draft?.personId || !truth.email) return true
  const account = await accountOrigin(ctx, personId)
  return account !== null && normalizeEmail(account.email) === normalizeEmail(truth.email)
}

interface Owner {
  personId: string
  /** The account's address if this transaction made it. */
  created: string | null
}

/**
 * The owner the purchase already has; else, once it gives access, whoever was logged in when ordering, or the owner of
 * the paid address. An existing account is never changed.
 */
async function ownerOf(ctx: Ctx, purchaseId: string, settlement: Settlement): Promise<Owner | null> {
  const { before, truth, draft, computed } = settlement
  if (before?.personId) return { personId: before.personId, created: null }
  if (!computed.access) return null
  if (draft?.personId) return { personId: draft.personId, created: null }
  invariant(truth.email, 'access needs an address; rules park a purchase without one')
  const name = truth.name ?? undefined
  return findOrCreatePerson(ctx, { email: truth.email, name, createdBy: `purchase:${purchaseId}` })
}

/** Each purchase has its own grant; refunding one leaves another purchase's grant alone (I1, I3). */
async function settleGrant(ctx: Ctx, row: PurchaseRow, computed: ComputedPurchase): Promise<void> {
  const source = `purchase:${row.id}`
  if (!computed.access) {
    if (row.personId) await revokeGrant(ctx, { source, reason: computed.state })
    return
  }
  invariant(row.personId, 'a purchase with access has a person')
  invariant(products.kurs, 'there is one product')
  const { course } = products.kurs
  await ensureGrant(ctx, { personId: row.personId, course, source, startsAt: row.paidAt ?? row.createdAt })
}

function factsOf(ctx: Ctx, id: string, personId: string | null, settlement: Settlement): PurchaseFacts {
  const { truth, computed } = settlement
  const [ours] = pricesOfOurs(truth, settlement)
  return {
    id,
    sessionId: truth.sessionId,
    orderId: settlement.draft?.id ?? null,
    personId,
    state: computed.state,
    paymentStatus: truth.paymentStatus,
    amountSubtotal: truth.amountSubtotal,
    amountDiscount: truth.amountDiscount,
    amountTax: truth.amountTax,
    amountTotal: truth.amountTotal,
    amountRefunded: computed.amountRefunded,
    currency: truth.currency,
    quantity: truth.quantity,
    priceId: ours ?? truth.priceIds[0] ?? null,
    priceIds: truth.priceIds,
    livemode: truth.livemode,
    paymentIntentId: truth.paymentIntentId,
    chargeId: truth.chargeId,
    email: truth.email,
    name: truth.name,
    country: truth.country,
    flags: [...computed.flags],
    recoveredFrom: truth.recoveredFrom,
    ...invoiceFacts(truth),
    requestId: truth.requestId ?? ctx.requestId,
    traceparent: truth.traceparent ?? settlement.draft?.traceparent ?? null,
    createdAt: truth.createdAt,
    paidAt: paidAt(ctx, settlement),
    settledAt: ctx.clock.now(),
  }
}

/**
 * When the money came; null while it is on its way. Stripe dates a debit by its order, days before the money: what we
 * saw pending counts as paid when we heard of it. A free order has no charge and counts as paid when it was made. A
 * known time stays.
 */
function paidAt(ctx: Ctx, { before, truth, computed }: Settlement): Date | null {
  if (truth.paymentStatus === 'unpaid') return null
  if (before?.paidAt && before.paymentStatus !== 'unpaid') return before.paidAt
  if (before?.paymentStatus === 'unpaid') return ctx.clock.now()
  return truth.paidAt ?? (computed.access ? truth.createdAt : null)
}

const invoiceFacts = ({ invoice }: CheckoutTruth) => ({
  invoiceId: invoice?.id ?? null,
  invoiceNumber: invoice?.number ?? null,
  invoiceUrl: invoice?.url ?? null,
  invoicePdf: invoice?.pdf ?? null,
})

/** Of somebody else's session only ids are kept; those of its prices too, in case one becomes ours. */
function foreignFacts(ctx: Ctx, id: string, truth: CheckoutTruth): PurchaseFacts {
  return {
    id,
    sessionId: truth.sessionId,
    state: 'foreign',
    paymentStatus: truth.paymentStatus,
    priceId: truth.priceIds[0] ?? null,
    priceIds: truth.priceIds,
    livemode: truth.livemode,
    paymentIntentId: truth.paymentIntentId,
    chargeId: truth.chargeId,
    createdAt: truth.createdAt,
    settledAt: ctx.clock.now(),
  }
}
