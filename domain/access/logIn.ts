import { consumeCode } from '#domain/access/consumeCode.ts'
import { consumeLink } from '#domain/access/consumeLink.ts'
import { rememberBrowser } from '#domain/access/rememberBrowser.ts'
import type { LoggedIn } from '#domain/access/welcomeIn.ts'
import type { Ctx } from '#ports'

/**
 * Spends what a letter carried, its link (`token`) or its code, and opens a proven session. `known` is the value of the
 * cookie by which this browser is remembered, before and after; null afterwards when it could not be made, because the
 * login succeeds all the same. Throws as `consumeLink` and `consumeCode` do.
 */
export async function logIn(
  ctx: Ctx,
  input: {
    token?: string
    code?: string
    /** SHA-256 of the pre-login cookie; only a code needs it. */
    browserHash: string | null
    known: string | null
    device: string
    ip: string
  },
): Promise<LoggedIn & { known: string | null }> {
  const { token, code = '', ...browser } = input
  const opened = token ? await consumeLink(ctx, { token, ...browser }) : await consumeCode(ctx, { code, ...browser })
  const known = await rememberBrowser(ctx, opened.personId, browser.known).catch(() => null)
  return { ...opened, known }
}
