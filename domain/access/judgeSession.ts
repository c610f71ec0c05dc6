import { maskEmail, survivesOutage, type Viewer } from '#domain/access/rules.ts'
import { readLiveSession } from '#domain/access/store.ts'
import { isDatabaseAway } from '#errors'
import type { Ctx, SessionClaims } from '#ports'

export interface SessionVerdict {
  viewer: Viewer | null
  /** True: this cookie will never open anything again, so the browser may drop it. False while the database is away. */
  refused: boolean
}

/**
 * True when only the database could tell whose cookie this is, and it is away: the cookie may be good, but opens
 * nothing.
 */
export const isUnjudged = ({ viewer, refused }: SessionVerdict): boolean => viewer === null && !refused

const refused: SessionVerdict = { viewer: null, refused: true }

/**
 * Who is behind a session cookie. Rights come from the database in one query. While PostgreSQL is away the cookie's
 * claims count within the limits of `survivesOutage`, unless this process knows that the session ended: then the viewer
 * is `degraded`, without `email` and `name`, and `courses` are the claimed ones. Throws no `AppError`.
 */
export async function judgeSession(ctx: Ctx, jwt: string): Promise<SessionVerdict> {
  const claims = await ctx.tokens.readSession(jwt)
  if (!claims || ctx.endedSessions.has(claims.sid)) return refused
  try {
    const live = await readLiveSession(ctx, claims.sid, claims.sub, ctx.clock.now())
    if (!live) return refused
    const viewer: Viewer = {
      personId: claims.sub,
      emailMasked: maskEmail(live.emailRaw),
      email: live.emailRaw,
      name: live.name,
      role: live.role,
      kind: live.kind,
      sessionId: claims.sid,
      courses: live.courses,
      degraded: false,
      version: live.version,
      expiresAt: live.expiresAt,
      seenAt: new Date(claims.seen * 1000),
    }
    return { viewer, refused: false }
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    return { viewer: withoutDatabase(ctx, claims), refused: false }
  }
}

function withoutDatabase(ctx: Ctx, claims: SessionClaims): Viewer | null {
  const { lostAt } = ctx.db.health()
  const now = ctx.clock.now()
  if (ctx.endedSessions.hasAll(claims)) return null
  if (!survivesOutage(new Date(claims.seen * 1000), lostAt ?? now, now)) return null
  return {
    personId: claims.sub,
    emailMasked: '•••',
    email: null,
    name: null,
    role: claims.role,
    kind: claims.kind,
    sessionId: claims.sid,
    courses: claims.courses,
    degraded: true,
    version: claims.ver,
    expiresAt: new Date(claims.exp * 1000),
    seenAt: new Date(claims.seen * 1000),
  }
}
