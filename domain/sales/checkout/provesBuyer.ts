import { type DraftRow, readDraftOfSession } from '#domain/sales/checkout/store.ts'
import { orderLimits } from '#domain/sales/rules.ts'
import { readPurchaseOfSession } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

export interface BuyerProof {
  sessionId: string
  /** The signed checkout cookie as the browser sent it. */
  checkoutCookie: string | null
  /** Who is logged in there; only the unproven session of this order's account counts. */
  viewer: { personId: string; kind: 'proven' | 'unproven' } | null
}

/** Stripe reopens an expired session under a new id; the order stays the same. */
async function recovers(ctx: Ctx, sessionId: string, draft: DraftRow): Promise<boolean> {
  const purchase = await readPurchaseOfSession(ctx.db, sessionId)
  return purchase?.recoveredFrom === draft.sessionId && purchase.orderId === draft.id
}

/**
 * Is this the browser that paid? Its checkout cookie says so for an hour, and the unproven session it opened until that
 * ends.
 */
export async function provesBuyer(ctx: Ctx, { sessionId, checkoutCookie, viewer }: BuyerProof): Promise<boolean> {
  const claims = checkoutCookie ? await ctx.tokens.readCheckout(checkoutCookie) : null
  if (claims && ctx.clock.now().getTime() - claims.iat * 1000 <= orderLimits.cookieMs) {
    const draft = await readDraftOfSession(ctx.db, claims.sessionId)
    // A newer click may have opened another session under this order: then only that one's cookie counts.
    const isOurs = draft?.cookieHash === ctx.tokens.sha256(claims.nonce)
    if (isOurs && (claims.sessionId === sessionId || (await recovers(ctx, sessionId, draft)))) return true
  }
  if (viewer?.kind !== 'unproven') return false
  return (await readPurchaseOfSession(ctx.db, sessionId))?.personId === viewer.personId
}
