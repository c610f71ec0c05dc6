import { z } from 'zod'
import { setCookie } from '#app/_http/cookies.ts'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { claimAccess } from '#domain/sales/claim/claimAccess.ts'

const body = z.object({
  email: z.string().max(320),
  /** Order number, receipt number or one of Stripe's ids. */
  reference: z.string().max(255).optional(),
})

const browserSecret = /^[A-Za-z0-9_-]{43}$/

/**
 * „Bezahlt, aber kein Zugang?“: always the same answer. The pre-login cookie lets a code that follows work in this
 * browser.
 */
export const POST = route(
  { body, forms: true, formErrorPath: (fehler) => paths.claim({ fehler }) },
  async ({ ctx, input, ip, cookie, isForm }) => {
    const known = cookie('prelogin')
    const browser = known && browserSecret.test(known) ? known : ctx.ids.secret()
    await claimAccess(ctx, { ...input, browserHash: ctx.tokens.sha256(browser), known: cookie('known'), ip })
    const cookies = [setCookie('prelogin', browser, ctx.settings.siteUrl)]
    return isForm ? seeOther(paths.claim({ stand: 'da' }), { cookies }) : json({ ok: true }, { cookies })
  },
)
