import type { Ctx } from '#ports'
import { standingChange, wantedRules } from './rules.ts'
import { lockReleases, moveStanding, readOverrides, readStanding } from './store.ts'

/**
 * Compares the rules of file and database with those noted last, and writes down which ended and which began, so that
 * what a rule had opened while it held stays open. Runs in the transaction of every change by hand, and on the worker's
 * schedule for a changed `content/releases.json`. Until a change is noted both rules open lessons, so nothing locks in
 * between. May be repeated; joins the caller's transaction. Answers how many lessons changed. Throws
 * `database_unavailable`.
 */
export async function noteSchedule(ctx: Ctx): Promise<{ changed: number }> {
  return ctx.db.transaction(async (db) => {
    await lockReleases(db)
    const overrides = (await readOverrides(db))(null)
    const wanted = wantedRules(ctx.content.course(), ctx.content.releases(), overrides)
    const standing = await readStanding(db)
    const change = standingChange(standing, wanted)
    // Two changes may fall into one millisecond; each gets a time of its own.
    const last = Math.max(0, ...[...standing.values()].map(({ since }) => since.getTime()))
    await moveStanding(db, change, new Date(Math.max(ctx.clock.now().getTime(), last + 1)))
    return { changed: new Set([...change.ended, ...change.begun.map(({ lessonId }) => lessonId)]).size }
  })
}
