import { looksLikeToken } from '#domain/access/rules.ts'
import { consumeLoginToken, holdOwner } from '#domain/access/store.ts'
import { type LoggedIn, welcomeIn } from '#domain/access/welcomeIn.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Spends a link and opens a proven session. Of any number of simultaneous calls one succeeds: the conditional UPDATE's
 * row count decides. Throws `link_unusable` for expired, used, ended and invented tokens alike, `rate_limited` after
 * many of those. A link that works opens whatever others in the same network tried.
 */
export async function consumeLink(ctx: Ctx, input: { token: string; device: string; ip: string }): Promise<LoggedIn> {
  if (!looksLikeToken(input.token)) throw new AppError('link_unusable')
  const hash = ctx.tokens.sha256(input.token)
  const opened = await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    // A correction of the address at this moment ends the link: the lock lets one of the two go first.
    await holdOwner(inside, hash)
    const token = await consumeLoginToken(inside, hash, ctx.clock.now())
    if (!token) return null
    const session = await welcomeIn(inside, token, input.device)
    ctx.crashPoint?.('login.before-commit')
    return session
  })
  if (!opened) {
    await ctx.limits.consume('link_guess_per_ip', input.ip)
    throw new AppError('link_unusable')
  }
  ctx.crashPoint?.('login.after-commit')
  return opened
}
