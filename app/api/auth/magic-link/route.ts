import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { askingBrowser } from '#app/_http/preloginCookie.ts'
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

const formErrorPath = (fehler: string, { next, linkToken }: Record<string, unknown>) =>
  typeof linkToken === 'string'
    ? paths.loginLink(linkToken, { fehler })
    : paths.login({ fehler, next: safeNext(String(next ?? '')) })

/** Always the same answer, whoever the address belongs to. The pre-login cookie ties the code to this browser. */
export const POST = route({ body, forms: true, formErrorPath }, async ({ ctx, input, isForm, ip, cookie }) => {
  const browser = askingBrowser(ctx, cookie('prelogin'))
  await sendMagicLink(ctx, { ...input, browserHash: browser.browserHash, known: cookie('known'), ip })
  const cookies = [browser.cookie]
  return isForm
    ? seeOther(paths.loginSent({ next: safeNext(input.next) }), { cookies })
    : json({ ok: true }, { cookies })
})
