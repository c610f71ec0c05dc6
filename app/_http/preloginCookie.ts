import { setCookie } from '#app/_http/cookies.ts'
import type { Ctx } from '#ports'

const secretShape = /^[A-Za-z0-9_-]{43}$/

/**
 * The browser that asks for a letter: the secret of its pre-login cookie, or a new one. A code in the letter works only
 * where `browserHash` is the same; `cookie` is the `Set-Cookie` that goes with the answer.
 */
export function askingBrowser(ctx: Ctx, given: string | null): { browserHash: string; cookie: string } {
  const secret = given && secretShape.test(given) ? given : ctx.ids.secret()
  return { browserHash: ctx.tokens.sha256(secret), cookie: setCookie('prelogin', secret, ctx.settings.siteUrl) }
}
