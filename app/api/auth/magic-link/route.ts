import { z } from 'zod'
import { setCookie } from '#app/_http/cookies.ts'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { safeNext } from '#domain/access/rules.ts'
import { sendMagicLink } from '#domain/access/sendMagicLink.ts'

const body = z.object({
  email: z.string().max(320).optional(),
  /** From the page of a used or expired link: a new one to the same address. */
  linkToken: z.string().max(100).optional(),
  next: z.string().max(512).nullish(),
})

const browserSecret = /^[A-Za-z0-9_-]{43}$/

/** Always the same answer, whoever the address belongs to. The pre-login cookie ties the code to this browser. */
export const POST = route(
  {
    body,
    forms: true,
    formErrorPath: (fehler, { next, linkToken }) =>
      typeof linkToken === 'string'
        ? paths.loginLink(linkToken, { fehler })
        : paths.login({ fehler, next: safeNext(String(next ?? '')) }),
  },
  async ({ ctx, input, isForm, ip, cookie }) => {
    const known = cookie('prelogin')
    const browser = known && browserSecret.test(known) ? known : ctx.ids.secret()
    await sendMagicLink(ctx, {
      email: input.email,
      linkToken: input.linkToken,
      next: input.next,
      browserHash: ctx.tokens.sha256(browser),
      known: cookie('known'),
      ip,
    })
    const cookies = [setCookie('prelogin', browser, ctx.settings.siteUrl)]
    return isForm
      ? seeOther(paths.loginSent({ next: safeNext(input.next) }), { cookies })
      : json({ ok: true }, { cookies })
  },
)
