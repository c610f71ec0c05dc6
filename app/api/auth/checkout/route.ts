import { z } from 'zod'
import { clearCookie, setCookie } from '#app/_http/cookies.ts'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { deviceLabel } from '#domain/access/rules.ts'
import { openBuyerSession } from '#domain/sales/checkout/openBuyerSession.ts'

const body = z.object({ sessionId: z.string().max(255).optional() })

/** The thank-you page's button: lets the browser that paid for a new account in before the mail is read (I7). */
export const POST = route(
  { body, forms: true, formErrorPath: () => paths.login() },
  async ({ ctx, request, isForm, cookie }) => {
    const device = deviceLabel(request.headers.get('user-agent'))
    const opened = await openBuyerSession(ctx, { cookie: cookie('checkout'), device })
    const { siteUrl } = ctx.settings
    const next = paths.workshop()
    const cookies = [setCookie('session', opened.token, siteUrl, opened.expiresAt), clearCookie('checkout', siteUrl)]
    return isForm ? seeOther(next, { cookies }) : json({ ok: true, next }, { cookies })
  },
)
