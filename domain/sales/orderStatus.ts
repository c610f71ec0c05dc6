import { accountOrigin } from '#domain/access/accountOrigin.ts'
import { activeGrant } from '#domain/access/activeGrant.ts'
import { maskEmail } from '#domain/access/rules.ts'
import { letterStateOf } from '#domain/mail/letterStateOf.ts'
import { mayCookieLogIn } from '#domain/sales/checkout/mayCookieLogIn.ts'
import { type DraftRow, readDraft, readDraftOfSession } from '#domain/sales/checkout/store.ts'
import { lacksAddress, orderNumber, type PaymentView, paymentView, products } from '#domain/sales/rules.ts'
import { type PurchaseRow, readPurchaseOfSession } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

export interface OrderStatus {
  sessionId: string
  payment: PaymentView
  /** „W-2026-0117“, null before there is a purchase. */
  number: string | null
  /** Cents. */
  amountTotal: number
  currency: string
  paidAt: Date | null
  access: boolean
  emailMasked: string | null
  /**
   * The letter this browser may wait for: about the pending payment, else the welcome letter; null before there is one.
   */
  letter: { state: string; at: Date; reason: string | null } | null
  /** Whether this browser's checkout cookie would still open a session; ask with the cookie's owner only. */
  mayLogIn: boolean
  /** Whether this browser may still put the address right (`correct`), or give the one that is missing (`give`). */
  address: 'correct' | 'give' | null
}

/** How often, at most, one waiting success page may wake the worker. */
const NUDGE_EVERY_MS = 10_000

/**
 * What the success page shows, for the browser that holds the checkout cookie of this session (the caller checks that).
 * While we know of no payment, the worker is asked to look at Stripe again, so that a lost or late delivery does not
 * keep the buyer waiting. Null for a session that has neither draft nor purchase. Throws `database_unavailable`.
 */
export async function orderStatus(ctx: Ctx, sessionId: string): Promise<OrderStatus | null> {
  const [own, purchase] = [await readDraftOfSession(ctx.db, sessionId), await readPurchaseOfSession(ctx.db, sessionId)]
  // A recovered session has an id of its own; the order behind it is the old one.
  const draft = own ?? (purchase?.orderId ? await readDraft(ctx.db, purchase.orderId) : null)
  if (!draft && !purchase) return null
  const payment = paymentView(purchase?.state ?? (own?.sessionExpiredAt ? 'expired' : null))
  if (payment === 'open') await nudge(ctx, sessionId)
  const course = products[draft?.productType ?? 'kurs']?.course ?? 'kurs'
  const kind = payment === 'pending' ? 'payment_pending' : 'welcome'
  const letter = purchase ? await letterStateOf(ctx, { purchaseId: purchase.id, kind }) : null
  // The letter knows where it went; the address at the payment may have been corrected since.
  const email = letter?.to ?? purchase?.emailGiven ?? purchase?.email ?? draft?.email ?? null
  return {
    sessionId,
    payment,
    number: purchase ? orderNumber(purchase.number, purchase.createdAt) : null,
    amountTotal: purchase?.amountTotal ?? draft?.shownAmount ?? 0,
    currency: purchase?.currency ?? draft?.currency ?? 'eur',
    paidAt: purchase?.paidAt ?? null,
    access: purchase?.personId ? (await activeGrant(ctx, purchase.personId, course)) !== null : false,
    emailMasked: email ? maskEmail(email) : null,
    letter: letter && { state: letter.state, at: letter.at, reason: letter.reason },
    address: purchase ? await addressChange(ctx, purchase, draft) : null,
    mayLogIn: purchase && own ? own.cookieSpentAt === null && (await mayCookieLogIn(ctx, own, purchase)) : false,
  }
}

/** What `correctAddress` would allow at this moment. */
async function addressChange(ctx: Ctx, purchase: PurchaseRow, draft: DraftRow | null): Promise<OrderStatus['address']> {
  if (draft?.personId) return null
  if (!purchase.personId && purchase.state === 'pending') return purchase.addressCorrectedAt ? null : 'correct'
  if (!purchase.personId) return lacksAddress(purchase) && purchase.emailGiven === null ? 'give' : null
  if (purchase.addressCorrectedAt) return null
  const origin = await accountOrigin(ctx, purchase.personId)
  const isOwn = origin?.createdBy === `purchase:${purchase.id}` && !origin.isAdmin && !origin.isProven
  return isOwn ? 'correct' : null
}

async function nudge(ctx: Ctx, sessionId: string): Promise<void> {
  const slot = Math.floor(ctx.clock.now().getTime() / NUDGE_EVERY_MS)
  const id = ctx.ids.fromName(`settle:${sessionId}:${slot}`)
  await ctx.jobs.send(ctx.db, 'order.settle', { sessionId, requestId: ctx.requestId }, { id })
}
