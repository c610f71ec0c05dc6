import { accountOrigin } from '#domain/access/accountOrigin.ts'
import type { DraftRow } from '#domain/sales/checkout/store.ts'
import { orderLimits } from '#domain/sales/rules.ts'
import type { PurchaseRow } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

/**
 * Whether the browser that paid may be let in without proof of the mailbox (I7): only while the purchase gives access,
 * only into an account that this purchase made, within 60 minutes of opening the checkout, never for an operator, and
 * never once a link or code was used. An account that existed before stays closed: typing an address is no proof of
 * owning it.
 */
export async function mayCookieLogIn(ctx: Ctx, draft: DraftRow, purchase: PurchaseRow): Promise<boolean> {
  if (purchase.state !== 'paid' || !purchase.personId) return false
  if (ctx.clock.now().getTime() - openedAt(draft) > orderLimits.cookieMs) return false
  const origin = await accountOrigin(ctx, purchase.personId)
  return origin !== null && origin.createdBy === `purchase:${purchase.id}` && !origin.isAdmin && !origin.isProven
}

/** When the draft's newest session was opened, computed from its planned end; the draft itself may be older. */
const openedAt = (draft: DraftRow) =>
  draft.sessionExpiresAt ? draft.sessionExpiresAt.getTime() - orderLimits.checkoutOpenMs : draft.createdAt.getTime()
