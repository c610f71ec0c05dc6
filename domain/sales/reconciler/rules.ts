import { settleEventTypes } from '#domain/sales/rules.ts'

/** The reconciler's figures and its cursor, without I/O. */

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export const reconcileLimits = {
  /** Between two runs, whoever runs; a failed one is repeated sooner. */
  everyMs: 5 * MINUTE,
  againAfterFailureMs: MINUTE,
  /** A runner that saved nothing for so long counts as dead, and another goes on from its last page. */
  leaseMs: 2 * MINUTE,
  /** Stripe's list is not strictly in order of time, so each pass looks an hour further back. */
  overlapMs: HOUR,
  /** Stripe keeps events that long. */
  eventsKeptMs: 30 * DAY,
  /** A younger event is probably being delivered right now. */
  graceMs: 2 * MINUTE,
  sessionsBackMs: 72 * HOUR,
  /** A pass that stood still for so long begins anew: Stripe may have forgotten its place. */
  passLifeMs: DAY,
  /** Stripe's own maximum. */
  pageSize: 100,
  /** Pages per run of each list; the next run goes on. */
  pagesPerRun: 20,
  /** Pages of each list with `since`, where a person waits for the end. */
  pagesSince: 1_000,
  /** Between two calls: four a second, far below Stripe's 25 of a sandbox. */
  callGapMs: 250,
  /** Between two of the jobs that a run makes, each of which asks Stripe. */
  jobGapMs: 200,
  rechecksPerRun: 300,
  /** Purchases a dry run compares with Stripe, newest first. */
  comparedInDryRun: 500,
  /** One or two failures in a row are no alarm. */
  failuresBeforeAlarm: 3,
  openEveryMs: HOUR,
  /** Older than this, an open purchase is asked after once a day. */
  openHourlyForMs: 30 * DAY,
  settledEveryMs: DAY,
  settledForMs: 120 * DAY,
  /** A time of ours that lies further ahead than this was written by a wrong clock. */
  slackMs: MINUTE,
} as const

/** Everything that can change a purchase; at most 20, Stripe's limit for `types`. */
export const reconciledTypes: string[] = [...settleEventTypes]

/**
 * One walk through a list of Stripe's from the newest entry into the past. `after` is the last id seen: a run that dies
 * or reaches its limit leaves it behind, and the next one goes on there. Entries that came meanwhile stand above; the
 * next pass sees them, because it begins where this one *started*.
 */
export interface Pass {
  startedAt: string
  since: string
  after: string | null
}

/** The reconciler's place, as kept in its cursor row. Times are ISO instants. */
export interface Progress {
  /** Every event made before this instant was compared. */
  through: string | null
  events: Pass | null
  sessions: Pass | null
  /** Id of the purchase last asked after; the next round goes on behind it. */
  recheckedTo: string | null
  failures: number
}

export const noProgress: Progress = { through: null, events: null, sessions: null, recheckedTo: null, failures: 0 }

/** Whether a stored time lies more than `mostMs` ahead, further than we ever plan: a wrong clock wrote it. */
export const isAhead = (at: string | null | undefined, now: Date, mostMs = 0): boolean =>
  at != null && Date.parse(at) - now.getTime() > mostMs + reconcileLimits.slackMs

/**
 * The progress without what a wrong clock wrote into it: a `through` in the future says nothing about what was
 * compared, so everything that Stripe still has is compared again; a pass that started in the future starts anew.
 */
export function withoutFuture(progress: Progress, now: Date): Progress {
  const kept = (pass: Pass | null) => (pass && isAhead(pass.startedAt, now) ? null : pass)
  return {
    ...progress,
    through: isAhead(progress.through, now) ? null : progress.through,
    events: kept(progress.events),
    sessions: kept(progress.sessions),
  }
}

/** Whether an event is old enough that its delivery should have come; a younger one is probably under way. */
export const wasDue = ({ createdAt }: { createdAt: Date }, now: Date): boolean =>
  now.getTime() - createdAt.getTime() >= reconcileLimits.graceMs

/** The pass over events that is under way, or a new one that begins a little before what was compared last. */
export function eventPass(progress: Progress, now: Date): Pass {
  if (progress.events && isAlive(progress.events, now)) return progress.events
  const oldest = now.getTime() - reconcileLimits.eventsKeptMs
  const from = progress.through ? Date.parse(progress.through) - reconcileLimits.overlapMs : oldest
  return { startedAt: now.toISOString(), since: new Date(Math.max(from, oldest)).toISOString(), after: null }
}

/** The pass over sessions that is under way, or a new one over the last days. */
export function sessionPass(progress: Progress, now: Date): Pass {
  if (progress.sessions && isAlive(progress.sessions, now)) return progress.sessions
  const since = new Date(now.getTime() - reconcileLimits.sessionsBackMs).toISOString()
  return { startedAt: now.toISOString(), since, after: null }
}

/** A pass since a day that a person names; of an older beginning Stripe answers what it still has. */
export const passSince = (since: Date, now: Date): Pass => ({
  startedAt: now.toISOString(),
  since: since.toISOString(),
  after: null,
})

const isAlive = (pass: Pass, now: Date) => now.getTime() - Date.parse(pass.startedAt) < reconcileLimits.passLifeMs
