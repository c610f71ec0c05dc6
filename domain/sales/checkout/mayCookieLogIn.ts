import { accountOrigin } from '#domain/access/accountOrigin.ts'
import type { DraftRow } from '#domain/sales/checkout/store.ts'
import { orderLimits } from '#domain/sales/rules.ts'
import type { PurchaseRow } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

/**
 * Whether the browser that paid may be let in without proof of the mailbox (DESIGN 6, I7): only for an account this
 * very purchase created, that gives access, within 60 minutes of opening the checkout, never for an operator, and never
 * after a link or code was used: that ended every unproven session, and the owner of the mailbox decides from then on.
 * „Typing an address is not proof of owning it“: an account that existed before stays closed.
 */
export async function mayCookieLogIn(ctx: Ctx, draft: DraftRow, purchase: PurchaseRow): Promise<boolean> {
  if (purchase.state !== 'paid' || !purchase.personId) return false
  if (ctx.clock.now().getTime() - openedAt(draft) > orderLimits.cookieMs) return false
  const origin = await accountOrigin(ctx, purchase.personId)
  return origin !== null && origin.createdBy === `purchase:${purchase.id}` && !origin.isAdmin && !origin.isProven
}

/** A draft may be older than its newest session; the session's end was planned when it was opened. */
const openedAt = (draft: DraftRow) =>
  draft.sessionExpiresAt ? draft.sessionExpiresAt.getTime() - orderLimits.checkoutOpenMs : draft.createdAt.getTime()
