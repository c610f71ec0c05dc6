import type { OpenedSession } from '#domain/access/openSession.ts'
import { openUnprovenSession } from '#domain/access/openUnprovenSession.ts'
import { spendCheckoutCookie } from '#domain/sales/checkout/spendCheckoutCookie.ts'
import type { Ctx } from '#ports'

/**
 * Lets the browser that paid for a new account in before the mail is read (I7): spends its checkout cookie and opens an
 * unproven session, in one transaction, so that a cookie is spent only if the session was opened. Throws `forbidden`
 * whatever the reason, as `spendCheckoutCookie` and `openUnprovenSession` do.
 */
export async function openBuyerSession(
  ctx: Ctx,
  { cookie, device }: { cookie: string | null; device: string },
): Promise<OpenedSession> {
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const { personId } = await spendCheckoutCookie(inside, cookie)
    return openUnprovenSession(inside, { personId, device })
  })
}
