import { ensureAdmins } from '#domain/access/ensureAdmins.ts'
import { forgetLogins } from '#domain/access/forgetLogins.ts'
import { forgetNotes } from '#domain/learning/notes/forgetNotes.ts'
import { noteSchedule } from '#domain/learning/releases/noteSchedule.ts'
import { sendDigests } from '#domain/learning/releases/sendDigests.ts'
import { indexCourse } from '#domain/learning/search/indexCourse.ts'
import { tellMissedReports } from '#domain/mail/missedReports.ts'
import { sweepLetters } from '#domain/mail/sweepLetters.ts'
import { sweepEvents } from '#domain/operator/sweepEvents.ts'
import { watchAlarms } from '#domain/operator/watchAlarms.ts'
import { forgetDrafts } from '#domain/sales/checkout/forgetDrafts.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { reconcile } from '#domain/sales/reconciler/reconcile.ts'
import { watchWithdrawals } from '#domain/sales/withdrawal/watchWithdrawals.ts'
import { syncVideo } from '#domain/video/syncVideo.ts'
import type { Ctx } from '#ports'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * Everything that is scheduled, or runs once as soon as it can; except the merging of journals, which webs do too
 * (`mergeOnRecovery`). Each entry may run in every worker at once, because the verbs may be repeated.
 */
const schedule: ({ name: string; run: (ctx: Ctx) => Promise<unknown> } & (
  | { everyMs: number }
  | { atBootOnly: true }
))[] = [
  { name: 'mirror the price from Stripe', everyMs: 10 * MINUTE, run: (ctx) => mirrorPrice(ctx) },
  { name: 'read the state of all films from Bunny', everyMs: 60 * MINUTE, run: (ctx) => syncVideo(ctx) },
  { name: 'let roles follow the settings', atBootOnly: true, run: (ctx) => ensureAdmins(ctx) },
  { name: 'give letters a job that lost theirs', everyMs: 2 * MINUTE, run: (ctx) => sweepLetters(ctx) },
  { name: 'ask after letters whose report was due', everyMs: 10 * MINUTE, run: (ctx) => tellMissedReports(ctx) },
  { name: 'compare with Stripe, if that is due', everyMs: 30 * SECOND, run: (ctx) => reconcile(ctx) },
  { name: 'give open events a job that lost theirs', everyMs: MINUTE, run: (ctx) => sweepEvents(ctx) },
  { name: 'count the days of open withdrawals', everyMs: 10 * MINUTE, run: (ctx) => watchWithdrawals(ctx) },
  { name: 'tell the operators what stands still', everyMs: MINUTE, run: (ctx) => watchAlarms(ctx) },
  { name: 'index the course for the search', everyMs: 10 * MINUTE, run: (ctx) => indexCourse(ctx) },
  { name: 'note a changed release schedule', everyMs: 10 * MINUTE, run: (ctx) => noteSchedule(ctx) },
  { name: 'tell learners what opened', everyMs: MINUTE, run: (ctx) => sendDigests(ctx) },
  // Deletes rows that are no longer needed (db/schema.md). Limits' counters and jobs are deleted by their libraries.
  {
    name: 'empty old bodies of deliveries',
    everyMs: HOUR,
    run: (ctx) => inBatches((limit) => ctx.inbox.forgetBodies(before(ctx, 90 * DAY), limit)),
  },
  {
    name: 'forget old counts of refused deliveries',
    everyMs: DAY,
    run: (ctx) => ctx.refusedDeliveries.forget(ctx.db, 30),
  },
  { name: 'forget old logins', everyMs: HOUR, run: (ctx) => inBatches((limit) => forgetLogins(ctx, limit)) },
  { name: 'forget abandoned drafts', everyMs: HOUR, run: (ctx) => inBatches((limit) => forgetDrafts(ctx, limit)) },
  { name: 'forget deleted notes', everyMs: HOUR, run: (ctx) => inBatches((limit) => forgetNotes(ctx, limit)) },
  {
    name: 'forget old steps of the flow view',
    everyMs: HOUR,
    run: (ctx) => inBatches((limit) => ctx.flow.forget(ctx.db, before(ctx, 30 * DAY), limit)),
  },
]

/** Rows per statement, and statements per run, so that a year's old rows do not block a worker. */
const FORGET_BATCH = 500
const FORGET_BATCHES = 20

/** Repeats a deletion until it finds fewer rows than it may delete. */
async function inBatches(forget: (limit: number) => Promise<number>): Promise<void> {
  for (let count = 0; count < FORGET_BATCHES; count++) if ((await forget(FORGET_BATCH)) < FORGET_BATCH) return
}

const before = (ctx: Ctx, ms: number) => new Date(ctx.clock.now().getTime() - ms)

const RETRY_MS = 5 * SECOND

/**
 * Runs every entry at once, then at its interval, never in parallel with itself; after a failure again in five seconds.
 */
export function runSchedule(ctx: Ctx): { stop(): void } {
  let stopped = false
  const timers = new Set<NodeJS.Timeout>()
  const later = (ms: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, ms)
    timers.add(timer)
  }
  for (const entry of schedule) {
    const tick = async () => {
      if (stopped) return
      try {
        await ctx.clock.known?.()
        await ctx.trace.continue(null, () => ctx.trace.span(entry.name, {}, () => entry.run(ctx)))
        if (!stopped && 'everyMs' in entry) later(entry.everyMs, tick)
      } catch (error) {
        ctx.log.warn({ err: error, entry: entry.name }, 'scheduled work failed, trying again')
        if (!stopped) later('everyMs' in entry ? Math.min(RETRY_MS, entry.everyMs) : RETRY_MS, tick)
      }
    }
    void tick()
  }
  return {
    stop: () => {
      stopped = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
