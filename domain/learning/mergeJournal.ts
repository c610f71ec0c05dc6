import { leaveLate } from '#domain/access/leave.ts'
import { filmsOfLessons } from '#domain/video/filmsOfLessons.ts'
import { isAppError } from '#errors'
import type { Ctx, JournalEntry, LogoutEntry, ProgressEntry } from '#ports'
import { isUuid } from '#uuid'
import { asWrite } from './recordProgress.ts'
import { checkReport } from './rules.ts'
import { lockJournal, type ProgressWrite, writeProgress } from './store.ts'

/**
 * Joins the journals of this data folder into the database, at boot and after every outage: progress, and logouts whose
 * row could not end. Safe to repeat and to run in any process: the join is idempotent, and a lock lets one work at a
 * time. Reports whose lesson is gone or whose numbers are impossible are left out and counted as `skipped`. Throws
 * `database_unavailable`; the files then stay.
 */
export async function mergeJournal(ctx: Ctx): Promise<{ entries: number; skipped: number }> {
  let skipped = 0
  const filmOf = await filmsOfLessons(ctx)
  const lengthOf = (lessonId: string): number | null => {
    const lesson = ctx.content.lesson(lessonId)
    return lesson ? (filmOf(lesson)?.length ?? lesson.durationSeconds) : null
  }
  const { entries } = await ctx.journal.drain(async (chunk) => {
    const reports = chunk.filter(isReport)
    const good = reports.filter((entry) => isUsable(entry, lengthOf(entry.data.lessonId)))
    skipped += reports.length - good.length
    for (const entry of chunk) if (isLogout(entry)) await leaveLate(ctx, entry)
    const writes = [...Map.groupBy(good, (entry) => `${entry.personId} ${entry.data.lessonId}`).values()].map(
      (same): ProgressWrite =>
        asWrite(
          same[0]!.personId,
          lengthOf(same[0]!.data.lessonId)!,
          same.map((entry) => entry.data),
        ),
    )
    await ctx.db.transaction(async (db) => {
      await lockJournal(db)
      await writeProgress(db, writes)
    })
  })
  if (entries > 0) ctx.log.info({ entries, skipped }, 'journal merged')
  return { entries, skipped }
}

const isReport = (entry: JournalEntry): entry is ProgressEntry => entry.kind === 'progress'
const isLogout = (entry: JournalEntry): entry is LogoutEntry =>
  entry.kind === 'logout' && isUuid(entry.personId) && isUuid(entry.sessionId) && Date.parse(entry.at) >= 0

/** The film's length may have changed since a report was accepted: it is clipped to the new length, never refused. */
const ANY_LENGTH_SECONDS = 86_400

/** Whether a line can be written: one that the database refuses would block its whole file for ever. */
function isUsable(entry: ProgressEntry, lengthSeconds: number | null): boolean {
  if (lengthSeconds === null || !isUuid(entry.personId) || !(Date.parse(entry.data.at) >= 0)) return false
  try {
    checkReport(entry.data, ANY_LENGTH_SECONDS)
    return true
  } catch (error) {
    if (isAppError(error)) return false
    throw error
  }
}
