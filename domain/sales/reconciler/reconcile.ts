import { endParked } from '#domain/sales/parkedAlarms.ts'
import { endMissed, tellMissed } from '#domain/sales/reconciler/missedDeliveries.ts'
import {
  eventPass,
  isAhead,
  noProgress,
  type Pass,
  type Progress,
  passSince,
  reconciledTypes,
  reconcileLimits,
  sessionPass,
  wasDue,
  withoutFuture,
} from '#domain/sales/reconciler/rules.ts'
import {
  claimReconciler,
  leaveReconciler,
  purchasesDue,
  purchasesSince,
  saveReconciler,
  sessionsWithoutPurchase,
} from '#domain/sales/reconciler/store.ts'
import { dutyOf } from '#domain/sales/rules.ts'
import { AppError, isAppError, isOutsideError } from '#errors'
import type { Ctx, ListedEvent } from '#ports'

export interface Reconciled {
  /** False: another run is under way, or the last one ended a moment ago. */
  ran: boolean
  eventsSeen: number
  /** Events Stripe made and we never got; they are stored now, each with its job. */
  unknownEvents: { id: string; type: string; createdAt: Date }[]
  sessionsSeen: number
  /** Completed sessions without a purchase of ours; each has a job now. */
  missingSessions: string[]
  /** Purchases that are asked after again. */
  rechecked: number
  /** A limit of this run was reached; the next run goes on. */
  more: boolean
}

/** A run under way: what it may do, what it knows, what it found. */
interface Run {
  ctx: Ctx
  holder: string
  /**
   * Null: the scheduled run, which goes on from the cursor. Else everything since then; the cursor's times stay.
   */
  since: Date | null
  withPurchases: boolean
  progress: Progress
  found: Reconciled
  /** Jobs made so far; each starts a little later than the one before. */
  jobs: number
  /** The very first run finds events from before we existed, whose delivery nobody missed. */
  isFirst: boolean
}

const nothing = (): Reconciled => ({
  ran: true,
  eventsSeen: 0,
  unknownEvents: [],
  sessionsSeen: 0,
  missingSessions: [],
  rechecked: 0,
  more: false,
})

/**
 * Compares our rows with Stripe's lists and makes up for every delivery that never came: unknown events are stored as
 * if delivered, completed sessions without a purchase are settled, open purchases are asked after hourly and settled
 * ones daily.
 *
 * One runner over all workers: a cursor row is claimed with a lease, and every save names its holder. A run is
 * bounded and saves its place, so the next one goes on where one was killed. With `since` it does everything since then
 * at once, whatever the cursor says, and leaves the schedule's plan and place alone, because anybody can cause such a
 * run. `withPurchases: false` only looks for what is missing. Repeating it does no harm. Throws
 * `OutsideError('stripe')`, `database_unavailable`, and `conflict` when `since` was asked while another run is under
 * way, or another runner took over.
 */
export async function reconcile(ctx: Ctx, input: { since?: Date; withPurchases?: boolean } = {}): Promise<Reconciled> {
  const holder = ctx.ids.uuid()
  const now = ctx.clock.now()
  const stored = await claimReconciler(ctx.db, { holder, now, force: input.since !== undefined })
  if (!stored && input.since) throw new AppError('conflict', 'Another run is under way. Try again in two minutes.')
  if (!stored) return { ...nothing(), ran: false }
  const left = { ...noProgress, ...stored.progress }
  const progress = withoutFuture(left, now)
  if (stored.isAhead || isAhead(left.through, now)) await tellAhead(ctx)
  const run: Run = {
    ...{ ctx, holder, progress, since: input.since ?? null, withPurchases: input.withPurchases ?? true },
    ...{ found: nothing(), jobs: 0, isFirst: left.through === null },
  }
  try {
    await compareEvents(run)
    await compareSessions(run)
    if (run.withPurchases) await recheckPurchases(run)
    await finish(run)
    return run.found
  } catch (error) {
    await fail(run, error).catch(() => {})
    throw error
  }
}

/** The reconciler itself goes on; but the clock that ran ahead may have written other things, so a person is told. */
async function tellAhead(ctx: Ctx): Promise<void> {
  await ctx.alarms.raise(
    'bookmark_ahead',
    'Der Abgleich mit Stripe war auf einen Zeitpunkt gestellt, der erst noch kommt: Die Uhr eines Rechners ging vor. Er läuft wieder und holt nach; prüf die Uhren (timedatectl).',
  )
}

async function compareEvents(run: Run): Promise<void> {
  const { ctx, progress } = run
  const now = ctx.clock.now()
  const pass = run.since ? passSince(run.since, now) : eventPass(progress, now)
  const ended = await walk(run, 'events', pass, async (after) => {
    const page = await ctx.payments.listEvents({
      types: reconciledTypes,
      since: new Date(pass.since),
      limit: reconcileLimits.pageSize,
      ...(after ? { after } : {}),
    })
    await storeUnknown(run, page.events)
    return { last: page.events.at(-1)?.id ?? null, more: page.more }
  })
  if (ended && !run.since) progress.through = pass.startedAt
}

async function storeUnknown(run: Run, events: ListedEvent[]): Promise<void> {
  const { ctx, found } = run
  found.eventsSeen += events.length
  const old = events.filter((event) => wasDue(event, ctx.clock.now()))
  const known = await ctx.inbox.known(
    'stripe',
    old.map(({ id }) => id),
  )
  const unknown = old.filter(({ id }) => !known.has(id))
  if (unknown.length > 0 && !run.isFirst) await tellMissed(ctx, [...found.unknownEvents, ...unknown])
  for (const { createdAt, ...event } of unknown) {
    const ignored = dutyOf(event.type) === 'ignore' ? { raw: null, outcome: 'ignored: type' } : {}
    await ctx.inbox.reserve({ ...event, source: 'stripe', requestId: ctx.ids.uuid(), found: true, ...ignored })
    found.unknownEvents.push({ id: event.id, type: event.type, createdAt })
    // The event's job asks Stripe at once, so the next one waits a little.
    await ctx.clock.wait?.(reconcileLimits.jobGapMs)
  }
}

async function compareSessions(run: Run): Promise<void> {
  const { ctx, progress } = run
  const now = ctx.clock.now()
  const pass = run.since ? passSince(run.since, now) : sessionPass(progress, now)
  await walk(run, 'sessions', pass, async (after) => {
    const page = await ctx.payments.listCompletedSessions({
      since: new Date(pass.since),
      limit: reconcileLimits.pageSize,
      ...(after ? { after } : {}),
    })
    const missing = await sessionsWithoutPurchase(ctx.db, page.sessionIds)
    for (const sessionId of missing) await settleLater(run, sessionId)
    run.found.sessionsSeen += page.sessionIds.length
    run.found.missingSessions.push(...missing)
    return page
  })
}

/** Walks page by page into the past and saves the place after each. True when the list came to its end. */
async function walk(
  run: Run,
  what: 'events' | 'sessions',
  pass: Pass,
  readPage: (after: string | null) => Promise<{ last: string | null; more: boolean }>,
): Promise<boolean> {
  const pages = run.since ? reconcileLimits.pagesSince : reconcileLimits.pagesPerRun
  let after = pass.after
  for (let count = 0; count < pages; count++) {
    const page = await readPage(after).catch((error) => {
      // Stripe does not know this place any more, so the next run begins the pass from the start.
      if (after && isOutsideError(error) && ['rejected', 'not_found'].includes(error.failure)) run.progress[what] = null
      throw error
    })
    const ended = !page.more || page.last === null
    after = page.last
    if (!run.since) run.progress[what] = ended ? null : { ...pass, after }
    await save(run)
    run.ctx.crashPoint?.('reconcile.between-pages')
    if (ended) return true
    await run.ctx.clock.wait?.(reconcileLimits.callGapMs)
  }
  run.found.more = true
  return false
}

/** Purchases last settled too long ago, in turns, so that one that always fails does not keep others waiting. */
async function recheckPurchases(run: Run): Promise<void> {
  const { ctx, progress, since } = run
  const due = since
    ? await purchasesSince(ctx.db, since, reconcileLimits.pagesSince * reconcileLimits.pageSize)
    : await purchasesDue(ctx.db, {
        now: ctx.clock.now(),
        after: progress.recheckedTo,
        limit: reconcileLimits.rechecksPerRun,
      })
  // With a close look, which also finds a fraud warning whose event was lost.
  for (const { sessionId } of due) await settleLater(run, sessionId, true)
  run.found.rechecked = due.length
  if (since) return
  const full = due.length === reconcileLimits.rechecksPerRun
  progress.recheckedTo = full ? (due.at(-1)?.id ?? null) : null
  run.found.more ||= full
}

/** One job per session and hour, so overlapping scheduled runs make the same job. */
async function settleLater(run: Run, sessionId: string, closely = false): Promise<void> {
  const { ctx } = run
  const now = ctx.clock.now().getTime()
  const slot = run.since ? run.holder : Math.floor(now / reconcileLimits.openEveryMs)
  await ctx.jobs.send(
    ctx.db,
    'order.settle',
    { sessionId, requestId: ctx.requestId, closely },
    {
      id: ctx.ids.fromName(`reconcile:${sessionId}:${slot}`),
      startAfter: new Date(now + run.jobs++ * reconcileLimits.jobGapMs),
    },
  )
}

async function save(run: Run): Promise<void> {
  const progress = run.since ? null : run.progress
  const kept = await saveReconciler(run.ctx.db, run.holder, progress, run.ctx.clock.now())
  if (!kept) throw new AppError('conflict', 'another runner took over')
}

async function finish(run: Run): Promise<void> {
  const { ctx, found } = run
  run.progress.failures = 0
  // After a run that reached a limit the next one follows soon.
  await leave(run, found.more ? reconcileLimits.againAfterFailureMs : reconcileLimits.everyMs)
  if (!run.since) await ctx.alarms.clear(ctx.db, 'reconcile_failing')
  if (found.unknownEvents.length === 0) await endMissed(ctx)
  // The process that freed the last parked order may have died before clearing the alarm, or a person ticked it off.
  await endParked(ctx)
  const facts = { events: found.unknownEvents.length, sessions: found.missingSessions.length }
  if (facts.events + facts.sessions > 0) ctx.log.warn(facts, 'the reconciler found what no delivery brought')
}

/**
 * Releases the cursor. After a scheduled run the next is due after the pause; other runs leave the plan as it was.
 */
async function leave(run: Run, pauseMs: number): Promise<void> {
  const now = run.ctx.clock.now()
  const plan = run.since ? null : { progress: run.progress, notBefore: new Date(now.getTime() + pauseMs) }
  await leaveReconciler(run.ctx.db, run.holder, plan, now)
}

async function fail(run: Run, error: unknown): Promise<void> {
  const { ctx, progress } = run
  progress.failures++
  await leave(run, reconcileLimits.againAfterFailureMs)
  if (run.since) return
  // An `AppError` means that another runner took over or the database is away; everything else needs a person.
  if (progress.failures < reconcileLimits.failuresBeforeAlarm || isAppError(error)) return
  await ctx.alarms.raise(
    'reconcile_failing',
    'Der Abgleich mit Stripe gelingt nicht. Prüfe STRIPE_SECRET_KEY und status.stripe.com; er versucht es jede Minute weiter.',
  )
}
