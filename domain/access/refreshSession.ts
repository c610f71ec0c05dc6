import { accessLimits, type Viewer } from '#domain/access/rules.ts'
import { touchSession } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/**
 * A new JWT for a session that the database has just confirmed (`seen` = now), so that it can outlive an outage; null
 * for a degraded viewer, whom nothing has confirmed. The session's end stays where it was.
 */
export async function refreshSession(ctx: Ctx, viewer: Viewer): Promise<{ token: string; expiresAt: Date } | null> {
  if (viewer.degraded) return null
  const now = ctx.clock.now()
  await touchSession(ctx, viewer.sessionId, now, new Date(now.getTime() - accessLimits.seenWriteMs))
  const token = await ctx.tokens.signSession({
    sid: viewer.sessionId,
    sub: viewer.personId,
    ver: viewer.version,
    kind: viewer.kind,
    role: viewer.role,
    courses: viewer.courses,
    seen: now,
    exp: Math.floor(viewer.expiresAt.getTime() / 1000),
  })
  return { token, expiresAt: viewer.expiresAt }
}
