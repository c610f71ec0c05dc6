import { mergeJournal } from '#domain/learning/mergeJournal.ts'
import type { Platform } from '#platform'

/**
 * The pause between further merges. They take entries that neither a start nor a recovery merged: after a failed merge,
 * and while PostgreSQL's disk was full without the server being lost.
 */
const MERGE_EVERY_MS = 30_000
/** After a recovery merges again: a request from the end of the outage may write its line after the first merge. */
const STRAGGLERS_MS = 5_000

/**
 * Merges this data folder's journals into the database now, whenever PostgreSQL is back, and twice a minute. Runs in
 * every process, because a web on another machine has a folder of its own. A failure is logged; the files stay for the
 * next time.
 */
export function mergeOnRecovery(here: Pick<Platform, 'ctx' | 'database'>, everyMs = MERGE_EVERY_MS): { stop(): void } {
  const ctx = { ...here.ctx, requestId: 'journal' }
  const merge = () =>
    void mergeJournal(ctx).catch((error) => ctx.log.warn({ err: error }, 'journal not merged, will be tried again'))
  here.database.onRecovered(() => {
    merge()
    setTimeout(merge, STRAGGLERS_MS).unref()
  })
  merge()
  const timer = setInterval(() => {
    // Not while the server is lost: each try would leave one more file, and the recovery merges anyway.
    if (here.ctx.db.health().up) merge()
  }, everyMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
