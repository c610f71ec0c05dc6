import { z } from 'zod'
import { clearCookie, setCookie } from '#app/_http/cookies.ts'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { openUnprovenSession } from '#domain/access/openUnprovenSession.ts'
import { deviceLabel } from '#domain/access/rules.ts'
import { spendCheckoutCookie } from '#domain/sales/checkout/spendCheckoutCookie.ts'
import { AppError } from '#errors'

/** The thank-you page's button: lets the browser that paid for a new account in before the mail is read (I7). */
export const POST = route(
  { body: z.object({ sessionId: z.string().max(255).optional() }), forms: true, formErrorPath: () => paths.login() },
  async ({ ctx, request, isForm, cookie }) => {
    const proof = cookie('checkout')
    if (!proof) throw new AppError('forbidden', 'no checkout cookie')
    const device = deviceLabel(request.headers.get('user-agent'))
    // One transaction: a cookie is spent only if the session was opened.
    const opened = await ctx.db.transaction(async (db) => {
      const inside = { ...ctx, db }
      const { personId } = await spendCheckoutCookie(inside, proof)
      return openUnprovenSession(inside, { personId, device })
    })
    const { siteUrl } = ctx.settings
    const next = paths.workshop()
    const cookies = [setCookie('session', opened.token, siteUrl, opened.expiresAt), clearCookie('checkout', siteUrl)]
    return isForm ? seeOther(next, { cookies }) : json({ ok: true, next }, { cookies })
  },
)
