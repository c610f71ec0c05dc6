import { mergeJournal } from '#domain/learning/mergeJournal.ts'
import type { Platform } from '#platform'

/** A request that met the end of the outage may write its line just after the first merge. */
const STRAGGLERS_MS = 5_000

/**
 * Brings this data folder's journals into the database now and whenever PostgreSQL is back, in any process: a web on
 * another machine has a folder of its own. A failure is logged; the files stay for the next time.
 */
export function mergeOnRecovery(here: Platform): void {
  const ctx = { ...here.ctx, requestId: 'journal' }
  const merge = () =>
    void mergeJournal(ctx).catch((error) => ctx.log.warn({ err: error }, 'journal not merged, will be tried again'))
  here.database.onRecovered(() => {
    merge()
    setTimeout(merge, STRAGGLERS_MS).unref()
  })
  merge()
}
