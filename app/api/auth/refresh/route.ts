import { setCookie } from '#app/_http/cookies.ts'
import { json } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { refreshSession } from '#domain/access/refreshSession.ts'

/** Open pages call this now and then, so that their session can outlive a database outage. */
export const POST = viewerRoute({}, async ({ ctx, viewer }) => {
  const fresh = await refreshSession(ctx, viewer)
  if (!fresh) return { ok: true, degraded: true }
  return json({ ok: true }, { cookies: [setCookie('session', fresh.token, ctx.settings.siteUrl, fresh.expiresAt)] })
})
