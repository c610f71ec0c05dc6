import { z } from 'zod'
import { clearCookie, setCookie } from '#app/_http/cookies.ts'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { consumeCode } from '#domain/access/consumeCode.ts'
import { consumeLink } from '#domain/access/consumeLink.ts'
import { rememberBrowser } from '#domain/access/knownBrowser.ts'
import { deviceLabel, safeNext } from '#domain/access/rules.ts'

const body = z
  .object({
    token: z.string().max(100).optional(),
    /** As typed or pasted, with whatever stood around it. */
    code: z.string().max(1000).optional(),
    next: z.string().max(512).nullish(),
  })
  .refine((input) => (input.token === undefined) !== (input.code === undefined), 'Sende einen Link oder einen Code.')

/** Spends a link or a code: the only route where a letter leads to a session. GET of the link changes nothing. */
export const POST = route(
  {
    body,
    forms: true,
    // With the token the page can offer a new link to the same address.
    formErrorPath: (fehler, { code, token, next }) =>
      code === undefined
        ? paths.loginLink(String(token ?? ''), { fehler })
        : paths.loginSent({ fehler, next: safeNext(String(next ?? '')) }),
  },
  async ({ ctx, request, input, isForm, ip, cookie }) => {
    const device = deviceLabel(request.headers.get('user-agent'))
    const browser = cookie('prelogin')
    const browserHash = browser && ctx.tokens.sha256(browser)
    const known = cookie('known')
    const opened = input.token
      ? await consumeLink(ctx, { token: input.token, device, ip })
      : await consumeCode(ctx, { code: input.code ?? '', browserHash, known, device, ip })
    // The login succeeds even if this fails.
    const remembered = await rememberBrowser(ctx, opened.personId, known).catch(() => null)
    const next = opened.next ?? safeNext(input.next) ?? paths.workshop()
    const { siteUrl } = ctx.settings
    const cookies = [
      setCookie('session', opened.token, siteUrl, opened.expiresAt),
      ...(remembered ? [setCookie('known', remembered, siteUrl)] : []),
      clearCookie('prelogin', siteUrl),
      clearCookie('checkout', siteUrl),
    ]
    return isForm ? seeOther(next, { cookies }) : json({ ok: true, next, expiresAt: opened.expiresAt }, { cookies })
  },
)
