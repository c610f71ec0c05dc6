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

/** Whether this session is the draft's expired one, which Stripe reopened under a new id. */
async function recovers(ctx: Ctx, sessionId: string, draft: DraftRow): Promise<boolean> {
  const purchase = await readPurchaseOfSession(ctx.db, sessionId)
  return purchase?.recoveredFrom === draft.sessionId && purchase.orderId === draft.id
}

/**
 * Whether this is the browser that paid: its checkout cookie proves so for an hour, and the unproven session opened
 * with the cookie for as long as that lives.
 */
export async function provesBuyer(ctx: Ctx, { sessionId, checkoutCookie, viewer }: BuyerProof): Promise<boolean> {
  const claims = checkoutCookie ? await ctx.tokens.readCheckout(checkoutCookie) : null
  if (claims && ctx.clock.now().getTime() - claims.iat * 1000 <= orderLimits.cookieMs) {
    const draft = await readDraftOfSession(ctx.db, claims.sessionId)
    // A newer click may have opened another session for this order: then only the newer cookie counts.
    const isOurs = draft?.cookieHash === ctx.tokens.sha256(claims.nonce)
    if (isOurs && (claims.sessionId === sessionId || (await recovers(ctx, sessionId, draft)))) return true
  }
  if (viewer?.kind !== 'unproven') return false
  return (await readPurchaseOfSession(ctx.db, sessionId))?.personId === viewer.personId
}
