import { endAllSessions } from '#domain/access/endAllSessions.ts'
import { judgeSession } from '#domain/access/judgeSession.ts'
import { endSessionsBefore, readLiveSession, revokeSessions } from '#domain/access/store.ts'
import { isDatabaseAway } from '#errors'
import type { Ctx, LogoutEntry } from '#ports'

/**
 * „Abmelden“ with the cookie the browser shows: ends this session, or all of the person's. Works while PostgreSQL is
 * away: this process refuses the session at once, and its row ends when the journal is merged (`leaveLate`). A cookie
 * that opens nothing any more ends nothing, so whoever kept an old one cannot log its owner out. Throws no `AppError`.
 */
export async function leave(ctx: Ctx, jwt: string, options: { everywhere: boolean }): Promise<void> {
  const claims = await ctx.tokens.readSession(jwt)
  if (!claims) return
  const here = { personId: claims.sub, sessionId: claims.sid }
  const at = ctx.clock.now()
  let vouched = false
  try {
    const { viewer, refused } = await judgeSession(ctx, jwt)
    if (refused) return
    vouched = viewer !== null
    if (viewer && !viewer.degraded) {
      if (options.everywhere) await endAllSessions(ctx, here.personId)
      else await revokeSessions(ctx, here.personId, { id: here.sessionId }, at)
      return
    }
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
  }
  const everywhere = options.everywhere && vouched
  ctx.endedSessions.add({ ...here, everywhere, at })
  await ctx.journal.append([{ kind: 'logout', ...here, everywhere, at: at.toISOString() }])
}

/** A logout that had to wait for the database. Repeating it changes nothing; sessions opened after it go on. */
export async function leaveLate(ctx: Ctx, entry: LogoutEntry): Promise<void> {
  const at = new Date(entry.at)
  await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const live = await readLiveSession(inside, entry.sessionId, entry.personId, at)
    if (live && entry.everywhere) await endSessionsBefore(inside, entry.personId, at)
    else if (live) await revokeSessions(inside, entry.personId, { id: entry.sessionId }, at)
  })
}
