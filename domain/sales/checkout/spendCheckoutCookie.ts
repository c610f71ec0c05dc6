import { mayCookieLogIn } from '#domain/sales/checkout/mayCookieLogIn.ts'
import { readDraft, spendCookie } from '#domain/sales/checkout/store.ts'
import { orderLimits } from '#domain/sales/rules.ts'
import { readPurchaseOfSession } from '#domain/sales/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Spends the checkout cookie: once, at most 60 minutes old, and only where `mayCookieLogIn` allows it. `cookie` is the
 * signed value as the browser sent it. The caller opens an *unproven* session in the same transaction. Throws
 * `forbidden` whatever the reason, so that nobody learns from the answer.
 */
export async function spendCheckoutCookie(ctx: Ctx, cookie: string | null): Promise<{ personId: string }> {
  const claims = cookie ? await ctx.tokens.readCheckout(cookie) : null
  if (!claims) throw new AppError('forbidden', 'no valid checkout cookie')
  const now = ctx.clock.now()
  if (now.getTime() - claims.iat * 1000 > orderLimits.cookieMs)
    throw new AppError('forbidden', 'checkout cookie too old')
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const draft = await readDraft(db, claims.orderId)
    const purchase = await readPurchaseOfSession(db, claims.sessionId)
    if (!draft || !purchase?.personId || !(await mayCookieLogIn(inside, draft, purchase)))
      throw new AppError('forbidden', 'this purchase may not log in')
    const hash = ctx.tokens.sha256(claims.nonce)
    if (!(await spendCookie(db, { orderId: draft.id, sessionId: claims.sessionId, hash }, now)))
      throw new AppError('forbidden', 'checkout cookie is spent')
    return { personId: purchase.personId }
  })
}
