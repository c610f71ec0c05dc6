import { mergeJournal } from '#domain/learning/mergeJournal.ts'
import type { Platform } from '#platform'

/**
 * What neither a boot nor a recovery merged: a merge that failed, and reports that a full disk refused while the server
 * itself was never lost.
 */
const MERGE_EVERY_MS = 30_000
/** A request that met the end of the outage may write its line just after the first merge. */
const STRAGGLERS_MS = 5_000

/**
 * Brings this data folder's journals into the database now, whenever PostgreSQL is back, and twice a minute, in any
 * process: a web on another machine has a folder of its own. A failure is logged; the files stay for the next time.
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
    // A lost server is the probe's business, and each try would leave one more file.
    if (here.ctx.db.health().up) merge()
  }, everyMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
