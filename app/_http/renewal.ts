import { setCookie } from '#app/_http/cookies.ts'
import { refreshSession } from '#domain/access/refreshSession.ts'
import type { Viewer } from '#domain/access/rules.ts'
import type { Ctx } from '#ports'

/**
 * The `Set-Cookie` values that renew a session's `seen`, if it is older than `afterMs`; none for nobody, while the
 * database is away, or when the renewal fails: an answer must not depend on it.
 */
export async function renewalCookies(ctx: Ctx, viewer: Viewer | null, afterMs = 0): Promise<string[]> {
  if (!viewer || ctx.clock.now().getTime() - viewer.seenAt.getTime() < afterMs) return []
  const fresh = await refreshSession(ctx, viewer).catch(() => null)
  return fresh ? [setCookie('session', fresh.token, ctx.settings.siteUrl, fresh.expiresAt)] : []
}
