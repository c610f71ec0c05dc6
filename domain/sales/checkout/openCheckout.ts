import { accountOrigin } from '#domain/access/accountOrigin.ts'
import { activeGrant } from '#domain/access/activeGrant.ts'
import { sendableEmail } from '#domain/access/rules.ts'
import {
  type DraftRow,
  insertDraft,
  type NewDraft,
  readDraft,
  readDraftOfAttempt,
  replaceDraft,
  writeSession,
} from '#domain/sales/checkout/store.ts'
import { type CurrentPrice, currentPrice } from '#domain/sales/mirror/currentPrice.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { orderLimits, products, returnUrl } from '#domain/sales/rules.ts'
import { readPurchaseOfSession } from '#domain/sales/store.ts'
import { AppError, invariant, isOutsideError } from '#errors'
import type { Ctx } from '#ports'

export interface OpenCheckoutInput {
  productType: string
  successUrl?: string
  cancelUrl?: string
  email?: string
  /** UUID made by the order page: a double click is one session. Without it each call opens a new one. */
  attemptId?: string
  /** Cents the buyer saw. */
  shownAmount?: number
  consent?: { startNow: boolean; acknowledgesLoss: boolean }
  /** Set when a logged-in person orders. */
  personId?: string
  /** For the limit; the operator's own orders have none. */
  ip?: string
}

export interface OpenedCheckout {
  url: string
  sessionId: string
  orderId: string
  /** Goes into the signed checkout cookie; we keep only its hash. */
  cookieNonce: string
}

/**
 * Writes what is about to be ordered and opens a Stripe Checkout Session for it. Not inside a transaction.
 *
 * The same `attemptId` with the same wishes answers the same session, also for parallel calls: the draft row is unique,
 * and Stripe's idempotency key and every sent value come from that row. Changed wishes expire the older session first.
 * Throws `invalid_input` (unknown product, foreign address), `already_owner`, `price_changed` with `{ amount, currency
 * }`, `rate_limited`, `conflict` (this attempt is paid, or changed meanwhile), `payments_unavailable`.
 */
export async function openCheckout(ctx: Ctx, input: OpenCheckoutInput): Promise<OpenedCheckout> {
  invariant(!ctx.db.inTransaction, 'openCheckout asks Stripe and must not hold a transaction')
  const product = Object.hasOwn(products, input.productType) ? products[input.productType] : undefined
  if (!product)
    throw new AppError('invalid_input', 'unknown product', { fields: { productType: 'Das gibt es hier nicht.' } })
  const urls = ourUrls(ctx, input)
  // A letter with a login link goes to this address, so for an account it is the account's own.
  const account = input.personId ? await accountOrigin(ctx, input.personId) : null
  const email = account?.email ?? (input.email && sendableEmail(input.email))
  const wished = { ...input, ...(email ? { email } : {}) }
  if (input.personId && (await activeGrant(ctx, input.personId, product.course))) throw new AppError('already_owner')
  const price = await countedPrice(ctx, input)
  const draft = await writeDraft(ctx, newDraft(ctx, wished, urls, price))
  if (draft.sessionId && draft.sessionUrl) return opened(ctx, draft, { id: draft.sessionId, url: draft.sessionUrl })
  return askStripe(ctx, draft, urls, price)
}

interface Urls {
  successUrl: string
  cancelUrl: string
}

function ourUrls(ctx: Ctx, input: OpenCheckoutInput): Urls {
  const { siteUrl } = ctx.settings
  const successUrl = returnUrl(input.successUrl ?? '/kauf/danke', siteUrl, true)
  const cancelUrl = returnUrl(input.cancelUrl ?? '/bestellen', siteUrl, false)
  const sentence = 'Diese Adresse gehört nicht zu unserer Seite.'
  if (!successUrl) throw new AppError('invalid_input', 'foreign successUrl', { fields: { successUrl: sentence } })
  if (!cancelUrl) throw new AppError('invalid_input', 'foreign cancelUrl', { fields: { cancelUrl: sentence } })
  return { successUrl, cancelUrl }
}

/**
 * The mirrored price; for the very first order, before the worker has mirrored it, Stripe is asked. The limit is
 * consumed in between: an order with an outdated price uses up nothing, and nobody can make us ask Stripe without end.
 */
async function countedPrice(ctx: Ctx, { productType, shownAmount, ip }: OpenCheckoutInput): Promise<CurrentPrice> {
  const known = await currentPrice(ctx, productType)
  if (known) refuseOtherPrice(known, shownAmount)
  if (ip) await ctx.limits.consume('checkout_per_ip', ip)
  if (known) return known
  const asked = await mirrorPrice(ctx, productType).catch((error) => asRefusal(error))
  refuseOtherPrice(asked, shownAmount)
  return asked
}

function refuseOtherPrice(price: CurrentPrice, shownAmount: number | undefined): void {
  if (shownAmount === undefined || shownAmount === price.unitAmount) return
  throw new AppError('price_changed', 'shown amount differs', {
    facts: { amount: price.unitAmount, currency: price.currency },
  })
}

function newDraft(
  ctx: Ctx,
  input: OpenCheckoutInput,
  urls: Urls,
  price: CurrentPrice,
): NewDraft & { paramsHash: string } {
  const now = ctx.clock.now()
  const { versions } = ctx.settings.operator
  const consent = {
    startNow: input.consent?.startNow ?? false,
    acknowledgesLoss: input.consent?.acknowledgesLoss ?? false,
  }
  // Everything that Stripe is sent: a difference means another session. The invoice stands last, so that drafts made
  // before there were invoices keep their hashes.
  const wishes = [input.productType, price.id, input.email ?? null, input.personId ?? null, urls, consent, versions]
  const invoice = invoiceOf(ctx)
  return {
    id: ctx.ids.uuid(),
    attemptId: input.attemptId ?? null,
    paramsHash: ctx.tokens.sha256(JSON.stringify(invoice.invoice ? [...wishes, invoice] : wishes)),
    productType: input.productType,
    email: input.email ?? null,
    personId: input.personId ?? null,
    shownAmount: price.unitAmount,
    currency: price.currency,
    consentStartNow: consent.startNow,
    consentAcknowledgesLoss: consent.acknowledgesLoss,
    consentTextVersion: versions.consent,
    consentAt: consent.startNow || consent.acknowledgesLoss ? now : null,
    termsVersion: versions.terms,
    requestId: ctx.requestId,
    traceparent: ctx.trace.traceparent(),
    // Whole seconds, as Stripe stores them, and kept in the row: a repeated request must send the same value again.
    sessionExpiresAt: new Date(Math.floor((now.getTime() + orderLimits.checkoutOpenMs) / 1000) * 1000),
  }
}

/** Whether Stripe writes an invoice, and the line that must say why it shows no VAT (§ 34a UStDV). */
function invoiceOf({ settings }: Ctx): { invoice: boolean; invoiceFooter: string | null } {
  const small = settings.operator.taxRegime === 'small_business'
  return {
    invoice: settings.invoices,
    invoiceFooter: settings.invoices && small ? 'Umsatzsteuerfrei nach § 19 UStG (Kleinunternehmer).' : null,
  }
}

/** The attempt's row with these wishes: a new one, the first click's, or an older one rewritten. */
async function writeDraft(ctx: Ctx, draft: NewDraft & { paramsHash: string }): Promise<DraftRow> {
  if (!(await insertDraft(ctx.db, draft))) return reuseDraft(ctx, draft)
  const written = await readDraft(ctx.db, draft.id)
  invariant(written, 'a draft just written can be read')
  return written
}

async function reuseDraft(ctx: Ctx, draft: NewDraft & { paramsHash: string }): Promise<DraftRow> {
  const old = draft.attemptId ? await readDraftOfAttempt(ctx.db, draft.attemptId) : null
  invariant(old, 'an attempt that collides has a row')
  const left = (old.sessionExpiresAt?.getTime() ?? 0) - ctx.clock.now().getTime()
  const stillGood = left > orderLimits.checkoutReuseMs
  if (old.sessionId && (await readPurchaseOfSession(ctx.db, old.sessionId)))
    throw new AppError('conflict', 'this attempt is ordered', { facts: { sessionId: old.sessionId } })
  if (stillGood && old.paramsHash === draft.paramsHash) return old
  if (old.sessionId) await closeSession(ctx, old.sessionId)
  const { id: _, attemptId: __, ...wishes } = draft
  if (!(await replaceDraft(ctx.db, old, wishes))) throw new AppError('conflict', 'attempt changed meanwhile')
  const written = await readDraft(ctx.db, old.id)
  invariant(written, 'a draft just written can be read')
  return written
}

/** Closes a session at Stripe, so that nobody can pay the outdated order. Throws `conflict` when it is paid already. */
async function closeSession(ctx: Ctx, sessionId: string): Promise<void> {
  try {
    await ctx.payments.expireCheckout(sessionId)
  } catch (error) {
    if (!isOutsideError(error) || error.failure !== 'rejected') asRefusal(error)
    const truth = await ctx.payments.getCheckout(sessionId).catch((cause) => asRefusal(cause))
    if (truth.status !== 'expired') throw new AppError('conflict', 'this attempt is ordered', { facts: { sessionId } })
  }
}

async function askStripe(ctx: Ctx, draft: DraftRow, urls: Urls, price: CurrentPrice): Promise<OpenedCheckout> {
  invariant(draft.sessionExpiresAt, 'a draft plans when its session closes')
  const attempt = `${draft.attemptId ?? draft.id}:${draft.paramsHash}`
  const session = await ctx.payments
    .createCheckout({
      ...urls,
      priceId: price.id,
      orderId: draft.id,
      productType: draft.productType,
      email: draft.email,
      requestId: draft.requestId,
      // The planned end tells a renewed session from the expired one with the same wishes.
      idempotencyKey: `checkout:${attempt}:${draft.sessionExpiresAt.getTime() / 1000}`,
      expiresAt: draft.sessionExpiresAt,
      ...invoiceOf(ctx),
      traceparent: draft.traceparent,
    })
    .catch((error) => priceMovedOr(ctx, draft.productType, price, error))
  const answer = opened(ctx, draft, { id: session.sessionId, url: session.url })
  ctx.crashPoint?.('checkout.after-session')
  const noted = await writeSession(ctx.db, draft, {
    sessionId: session.sessionId,
    url: session.url,
    expiresAt: session.expiresAt,
    cookieHash: ctx.tokens.sha256(answer.cookieNonce),
  })
  if (noted) return answer
  await closeSession(ctx, session.sessionId)
  throw new AppError('conflict', 'attempt changed meanwhile')
}

/** Stripe refuses an archived price: then our mirror is old, and the buyer must see the new price first. */
async function priceMovedOr(ctx: Ctx, productType: string, old: CurrentPrice, error: unknown): Promise<never> {
  if (!isOutsideError(error) || error.failure !== 'rejected') return asRefusal(error)
  const fresh = await mirrorPrice(ctx, productType).catch(() => asRefusal(error))
  if (fresh.id === old.id) return asRefusal(error)
  throw new AppError('price_changed', 'price was replaced', {
    facts: { amount: fresh.unitAmount, currency: fresh.currency },
    cause: error,
  })
}

/**
 * The nonce is HMAC(key, order and session), not random: two answers to a double click carry the same cookie,
 * whichever arrives last.
 */
function opened(ctx: Ctx, draft: DraftRow, session: { id: string; url: string }): OpenedCheckout {
  const cookieNonce = ctx.tokens.linkToken(`checkout:${draft.id}:${session.id}`, ctx.tokens.linkKeyId)
  return { url: session.url, sessionId: session.id, orderId: draft.id, cookieNonce }
}

/** For a buyer every failure of Stripe means the same: nothing was booked, try again. */
function asRefusal(error: unknown): never {
  if (!isOutsideError(error)) throw error
  throw new AppError('payments_unavailable', error.message, { cause: error, retryAfter: error.retryAfter ?? 30 })
}
