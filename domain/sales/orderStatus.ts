import { activeGrant } from '#domain/access/activeGrant.ts'
import { maskEmail } from '#domain/access/rules.ts'
import { letterStateOf } from '#domain/mail/letterStateOf.ts'
import { mayCookieLogIn } from '#domain/sales/mayCookieLogIn.ts'
import { orderNumber, type PaymentView, paymentView, products } from '#domain/sales/rules.ts'
import { readDraftOfSession, readPurchaseOfSession } from '#domain/sales/store.ts'
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
  /** The welcome letter on its way. */
  letter: { state: string; at: Date; reason: string | null } | null
  /** Whether this browser's checkout cookie would still open a session (DESIGN 6); ask with the cookie's owner only. */
  mayLogIn: boolean
}

/** How often, at most, one waiting success page may wake the worker. */
const NUDGE_EVERY_MS = 10_000

/**
 * What the success page shows, for the browser that holds the checkout cookie of this session (the caller checks
 * that). While we know of no payment, the worker is asked to look at Stripe again, so that a lost or late delivery
 * does not keep the buyer waiting. null for a session we never opened. Throws `database_unavailable`.
 */
export async function orderStatus(ctx: Ctx, sessionId: string): Promise<OrderStatus | null> {
  const [draft, purchase] = [
    await readDraftOfSession(ctx.db, sessionId),
    await readPurchaseOfSession(ctx.db, sessionId),
  ]
  if (!draft && !purchase) return null
  const payment = paymentView(purchase?.state ?? null)
  if (payment === 'open') await nudge(ctx, sessionId)
  const course = products[draft?.productType ?? 'kurs']?.course ?? 'kurs'
  const email = purchase?.email ?? draft?.email ?? null
  return {
    sessionId,
    payment,
    number: purchase ? orderNumber(purchase.number, purchase.createdAt) : null,
    amountTotal: purchase?.amountTotal ?? draft?.shownAmount ?? 0,
    currency: purchase?.currency ?? draft?.currency ?? 'eur',
    paidAt: purchase?.paidAt ?? null,
    access: purchase?.personId ? (await activeGrant(ctx, purchase.personId, course)) !== null : false,
    emailMasked: email ? maskEmail(email) : null,
    letter: purchase ? await letterStateOf(ctx, { purchaseId: purchase.id, kind: 'welcome' }) : null,
    mayLogIn: purchase && draft ? draft.cookieSpentAt === null && (await mayCookieLogIn(ctx, draft, purchase)) : false,
  }
}

async function nudge(ctx: Ctx, sessionId: string): Promise<void> {
  const slot = Math.floor(ctx.clock.now().getTime() / NUDGE_EVERY_MS)
  const id = ctx.ids.fromName(`settle:${sessionId}:${slot}`)
  await ctx.jobs.send(ctx.db, 'order.settle', { sessionId, requestId: ctx.requestId }, { id })
}
