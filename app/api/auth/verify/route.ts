import { z } from 'zod'
import { clearCookie, setCookie } from '#app/_http/cookies.ts'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { logIn } from '#domain/access/logIn.ts'
import { deviceLabel, safeNext } from '#domain/access/rules.ts'

const body = z
  .object({
    token: z.string().max(100).optional(),
    /** As typed or pasted, with whatever stood around it. */
    code: z.string().max(1000).optional(),
    next: z.string().max(512).nullish(),
  })
  .refine((input) => (input.token === undefined) !== (input.code === undefined), 'Sende einen Link oder einen Code.')

/** With the token the page can offer a new link to the same address. */
const formErrorPath = (fehler: string, { code, token, next }: Record<string, unknown>) =>
  code === undefined
    ? paths.loginLink(String(token ?? ''), { fehler })
    : paths.loginSent({ fehler, next: safeNext(String(next ?? '')) })

/** Spends a link or a code: the only route where a letter leads to a session. GET of the link changes nothing. */
export const POST = route(
  { body, forms: true, formErrorPath },
  async ({ ctx, request, input: { next: asked, ...input }, isForm, ip, cookie }) => {
    const [device, browser] = [deviceLabel(request.headers.get('user-agent')), cookie('prelogin')]
    const browserHash = browser && ctx.tokens.sha256(browser)
    const opened = await logIn(ctx, { ...input, browserHash, known: cookie('known'), device, ip })
    const next = opened.next ?? safeNext(asked) ?? paths.workshop()
    const { siteUrl } = ctx.settings
    const cookies = [
      setCookie('session', opened.token, siteUrl, opened.expiresAt),
      ...(opened.known ? [setCookie('known', opened.known, siteUrl)] : []),
      clearCookie('prelogin', siteUrl),
      clearCookie('checkout', siteUrl),
    ]
    return isForm ? seeOther(next, { cookies }) : json({ ok: true, next, expiresAt: opened.expiresAt }, { cookies })
  },
)
