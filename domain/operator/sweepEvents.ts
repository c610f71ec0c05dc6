import { eventJobs } from '#domain/operator/eventJobs.ts'
import { settledAt } from '#domain/sales/settledAt.ts'
import type { Ctx, EventHead } from '#ports'

const MINUTE = 60_000

export const sweepLimits = {
  /** A younger event's job is on its way. */
  afterMs: 2 * MINUTE,
  /** One new job per event and slot, whoever sweeps. */
  slotMs: 2 * MINUTE,
  /**
   * An event whose job failed for good gets another one after each such pause: an outage may last longer than a job.
   */
  deadPauseMs: 60 * MINUTE,
  page: 500,
  /** Open events looked at per run and source. */
  pages: 20,
} as const

type Source = keyof typeof eventJobs

export interface Swept {
  /** New jobs for events whose job was lost. */
  redriven: number
  /** New jobs for events whose job had failed for good. */
  revived: number
}

/**
 * Scheduled: gives open events a new job when theirs is lost or dead (I8), because rows are the truth, not jobs. An
 * event whose job lives is left alone; otherwise jobs would pile up during a long outage. An event that always fails
 * costs one job an hour and blocks no other. Job ids are made from event and time slot, so that several workers add one
 * job.
 */
export async function sweepEvents(ctx: Ctx): Promise<Swept> {
  const swept = { redriven: 0, revived: 0 }
  for (const source of Object.keys(eventJobs) as Source[]) {
    let beforeRow: { source: Source; id: string } | undefined
    for (let page = 0; page < sweepLimits.pages; page++) {
      const before = new Date(ctx.clock.now().getTime() - sweepLimits.afterMs)
      const events = await ctx.inbox.list({ source, open: true, before, beforeRow, limit: sweepLimits.page })
      await sweepPage(ctx, source, events, swept)
      const last = events.at(-1)
      if (!last || events.length < sweepLimits.page) break
      beforeRow = { source, id: last.id }
    }
  }
  await forgetDoneSettles(ctx)
  if (swept.redriven + swept.revived > 0) ctx.log.warn({ ...swept }, 'open events got new jobs')
  return swept
}

async function sweepPage(ctx: Ctx, source: Source, events: EventHead[], swept: Swept): Promise<void> {
  const name = eventJobs[source]
  const ids = events.map(({ id }) => id)
  const now = ctx.clock.now().getTime()
  const [alive, died] = await Promise.all([
    ctx.jobs.alive(ctx.db, name, 'eventId', ids),
    ctx.jobs.died(ctx.db, name, 'eventId', ids),
  ])
  const revived: string[] = []
  const lost = events.flatMap((event) => {
    if (alive.has(event.id)) return []
    const diedAt = died.get(event.id)
    if (diedAt && now - diedAt.getTime() < sweepLimits.deadPauseMs) return []
    if (diedAt) revived.push(event.id)
    const slot = Math.floor(now / (diedAt ? sweepLimits.deadPauseMs : sweepLimits.slotMs))
    const id = ctx.ids.fromName(`sweep:${source}:${event.id}:${slot}`)
    return [{ id, data: { eventId: event.id, requestId: event.requestId } }]
  })
  if (lost.length === 0) return
  await ctx.db.transaction(async (db) => {
    // The new job replaces the dead one; otherwise the list of dead jobs would grow by one each hour.
    if (revived.length > 0) await ctx.jobs.forgetDead(db, name, 'eventId', revived)
    await ctx.jobs.sendAll(db, name, lost)
  })
  swept.revived += revived.length
  swept.redriven += lost.length - revived.length
}

/** Forgets dead settle jobs whose order was settled by something else since. */
async function forgetDoneSettles(ctx: Ctx): Promise<void> {
  const { troubled } = await ctx.jobs.look(ctx.db, sweepLimits.page)
  const sessionIds = troubled.flatMap(({ dead, name, reference }) =>
    dead && name === 'order.settle' && reference.sessionId ? [reference.sessionId] : [],
  )
  if (sessionIds.length === 0) return
  const died = await ctx.jobs.died(ctx.db, 'order.settle', 'sessionId', sessionIds)
  const settled = await settledAt(ctx, sessionIds)
  const done = [...died].filter(([id, at]) => (settled.get(id)?.getTime() ?? 0) > at.getTime()).map(([id]) => id)
  await ctx.jobs.forgetDead(ctx.db, 'order.settle', 'sessionId', done)
}
