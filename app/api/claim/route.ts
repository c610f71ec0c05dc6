import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { askingBrowser } from '#app/_http/preloginCookie.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { claimAccess } from '#domain/sales/claim/claimAccess.ts'

const body = z.object({
  email: z.string().max(320),
  /** Order number, receipt number or one of Stripe's ids. */
  reference: z.string().max(255).optional(),
})

/**
 * „Bezahlt, aber kein Zugang?“: always the same answer. The pre-login cookie lets a code that follows work in this
 * browser.
 */
export const POST = route(
  { body, forms: true, formErrorPath: (fehler) => paths.claim({ fehler }) },
  async ({ ctx, input, ip, cookie, isForm }) => {
    const browser = askingBrowser(ctx, cookie('prelogin'))
    await claimAccess(ctx, { ...input, browserHash: browser.browserHash, known: cookie('known'), ip })
    const cookies = [browser.cookie]
    return isForm ? seeOther(paths.claim({ stand: 'da' }), { cookies }) : json({ ok: true }, { cookies })
  },
)
