import { accountOrigin } from '#domain/access/accountOrigin.ts'
import { ensureGrant } from '#domain/access/ensureGrant.ts'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { revokeGrant } from '#domain/access/revokeGrant.ts'
import { normalizeEmail, sendableEmail } from '#domain/access/rules.ts'
import { mirrorDisputes, mirrorRefunds, mirrorWarnings } from '#domain/sales/afterSale/store.ts'
import { mirrorPrice } from '#domain/sales/checkout/mirrorPrice.ts'
import {
  type DraftRow,
  noteExpired,
  readDraft,
  readDraftOfSession,
  readPriceIds,
  rememberPrice,
} from '#domain/sales/checkout/store.ts'
import { owedLetters, owedNotices } from '#domain/sales/letterRules.ts'
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
  /** null while there is nothing to keep: the session is open, or expired unpaid. */
  purchaseId: string | null
  state: PurchaseState
}

/**
 * Brings our rows in line with Stripe's truth about one Checkout Session: purchase, grant, letter and, when an event
 * rang for it, that event's stamp, all in one transaction. Worker, success page, reconciler and the operator's button
 * call this same verb; it may run any number of times, also at the same moment.
 *
 * Two runs race by version: each reads the version, fetches outside any transaction, and writes only if the version is
 * still the one it read. Whoever loses fetches again, five times at most. By then the last two winners have fetched
 * after this call began, so what stands is as new as anything we could write, and it counts as ours; only a close look
 * that lost to ordinary ones throws `conflict`, and the job's retry goes on. `closely` also asks Stripe for inquiries
 * and early fraud warnings; a purchase that has one is always looked at so. Throws `OutsideError('stripe')`,
 * `database_unavailable`.
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
 * Whoever wrote version n + 1 fetched after version n was written, so the second settle since we began has fetched
 * after that. An address that was given or corrected raises the version too, each once: five are more than enough.
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

/** What only a close look sees, and so only a close look may clear. */
const closeFlags = ['fraud_warning', 'inquiry', 'dispute', 'odd_dispute']

/** Thrown inside the transaction so that a late write takes nothing with it. */
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
  // No event rings for an open session: what we read is older than the event, which must not count as handled.
  if (eventId && computed.state === 'open')
    throw new OutsideError('stripe', 'bad_answer', `session rang but is still open: ${truth.sessionId}`)
  // Made once per process, and not inside: there they come from memory.
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
    // The order's own id, from the click on: what rang this time (a delivery, a look at the page) stands beside it.
    const ids = { requestId: truth.requestId ?? ctx.requestId, rungBy: ctx.requestId, sessionId: truth.sessionId }
    ctx.log.info({ ...ids, purchaseId: settled.purchaseId, state: settled.state }, 'order settled')
    await alarmParked(ctx, { before, computed, truth })
    return settled
  } catch (error) {
    if (error instanceof StaleFetch) return null
    throw error
  }
}

/**
 * Nobody is parked or sent away for a price we merely had not heard of yet: before that the mirror is refreshed, once.
 */
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
    // An outage passes, and the job tries again. A setting that names no price any more stays so: a person decides.
    if (!isOutsideError(error) || error.retryable) throw error
    ctx.log.warn({ err: error }, 'the price could not be mirrored before an order was parked')
  }
  return byMirror()
}

/**
 * A claim is always worth a question to Stripe. What a stranger bought is so only while it may be news: an account may
 * sell a lot beside the course, so a price that was somebody else's minutes ago still is, by a mirror of these minutes.
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
 * A recovered session has a new id but carries the order id; without one we know it by its session, or the one before.
 */
export async function draftOf(ctx: Ctx, truth: CheckoutTruth): Promise<DraftRow | null> {
  if (truth.orderId && isUuid(truth.orderId)) return readDraft(ctx.db, truth.orderId)
  const own = await readDraftOfSession(ctx.db, truth.sessionId)
  return own ?? (truth.recoveredFrom ? readDraftOfSession(ctx.db, truth.recoveredFrom) : null)
}

/**
 * What we know stands in when Stripe tells no usable address: the one it once told (it can be erased there, and that
 * must not end an access that was paid) or that somebody gave us since, else what the buyer typed on our page. An
 * address the buyer corrected while the payment was on its way comes before what Stripe says.
 */
export function addressed(truth: CheckoutTruth, before: PurchaseRow | null, draft: DraftRow | null): CheckoutTruth {
  const corrected = before?.addressCorrectedAt ? before.emailGiven : null
  const known = [corrected, truth.email, before?.emailGiven, before?.email, draft?.email]
  const usable = known.find((email) => email && normalizeEmail(email))
  return { ...truth, email: usable ? sendableEmail(usable) : truth.email }
}

/** Asked for and not told: the restricted key lacks a right, and warnings would pass unseen. */
async function alarmUnread(ctx: Ctx, truth: CheckoutTruth): Promise<void> {
  if (truth.paymentIntentId === null) return
  if (truth.fraudWarnings) return ctx.alarms.clear(ctx.db, 'stripe_permission')
  await ctx.alarms.raise(
    'stripe_permission',
    'Der Stripe-Schlüssel darf Betrugswarnungen nicht lesen. Gib ihm im Stripe-Dashboard das Recht, Radar zu lesen.',
  )
}

/** What waits for a person is told, until the last such purchase is freed or ticked off. */
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
  // Until we commit nobody else knows an account made here: no other purchase has it, and nobody can move it.
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

/**
 * One row per refund, dispute and warning however many events told of it; protected by the version like everything
 * here.
 */
async function mirror(ctx: Ctx, purchaseId: string, truth: CheckoutTruth): Promise<void> {
  const seenAt = ctx.clock.now()
  if (truth.refunds.length > 0) await mirrorRefunds(ctx.db, purchaseId, truth.refunds, seenAt)
  if (truth.disputes.length > 0) await mirrorDisputes(ctx.db, purchaseId, truth.disputes, seenAt)
  if (truth.fraudWarnings?.length) await mirrorWarnings(ctx.db, purchaseId, truth.fraudWarnings, seenAt)
}

/** Their address may have been corrected while we waited: then the paid one is somebody else's, or nobody's yet. */
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
 * Whom the purchase belongs to already; else, once it gives access, who was logged in when ordering, or the owner of
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
 * When the money came; null while it is on its way. A debit's charge is as old as its order, days older than its money,
 * and Stripe names no later time: what we saw pending was paid when we heard of it. A free order has no charge and was
 * paid when it was made. Once known, the time stands.
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

/** Somebody else's session: ids only; its prices', in case one becomes ours. */
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
