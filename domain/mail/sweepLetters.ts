import { retryParked } from '#domain/mail/retryParked.ts'
import { alarmSentences, letterLimits, parkCauses, provenByAnyLetter, sharedCauses } from '#domain/mail/rules.ts'
import { acceptedSince, countStuckRows, overdueLetters, type ParkedGroup, parkedGroups } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

/**
 * Scheduled: gives queued letters a new job when theirs is lost (I8), because rows are the truth, not jobs. A letter
 * whose job is alive is left alone; otherwise jobs would pile up during a long outage of Resend. The job's id is made
 * from letter and time slot, so that several workers add one job. Also takes care of parked letters and of the alarms
 * about letters. Answers how many letters got a job.
 */
export async function sweepLetters(ctx: Ctx): Promise<{ redriven: number }> {
  const now = ctx.clock.now().getTime()
  const overdue = await overdueLetters(ctx, new Date(now - letterLimits.sweepAfterMs), letterLimits.sweepBatch)
  const alive = await ctx.jobs.alive(
    ctx.db,
    'letter.send',
    'letterId',
    overdue.map(({ id }) => id),
  )
  const lost = overdue.filter(({ id }) => !alive.has(id))
  // The new job replaces one that failed for good; otherwise the list of dead jobs and its alarm would never end.
  const lostIds = lost.map(({ id }) => id)
  await ctx.jobs.forgetDead(ctx.db, 'letter.send', 'letterId', lostIds)
  const slot = Math.floor(now / letterLimits.sweepSlotMs)
  const jobs = lostIds.map((id) => ({
    data: { letterId: id, requestId: ctx.requestId },
    id: ctx.ids.fromName(`sweep:${id}:${slot}`),
  }))
  await ctx.jobs.sendAll(ctx.db, 'letter.send', jobs)
  const probed = await sweepParked(ctx, slot)
  return { redriven: lost.length + probed }
}

/**
 * Parked letters have no job of their own. For each shared cause one of them is tried again every hour; when it gets
 * through, or any other letter shows that the cause is over, all go on.
 */
async function sweepParked(ctx: Ctx, slot: number): Promise<number> {
  const groups = await parkedGroups(ctx)
  let driven = 0
  for (const group of groups) driven += await driveGroup(ctx, group, slot)
  await alignAlarms(ctx, new Set(groups.map(({ cause }) => cause)))
  return driven
}

async function driveGroup(ctx: Ctx, group: ParkedGroup, slot: number): Promise<number> {
  const cause = sharedCauses.find((shared) => shared === group.cause)
  if (!cause) return 0
  if (provenByAnyLetter.includes(cause) && (await acceptedSince(ctx, group.newestAt)))
    return (await retryParked(ctx, { cause })).redriven
  if (ctx.clock.now().getTime() - group.newestAt.getTime() < letterLimits.probeMs) return 0
  const job = { letterId: group.oldestId, requestId: ctx.requestId }
  await ctx.jobs.send(ctx.db, 'letter.send', job, { id: ctx.ids.fromName(`probe:${cause}:${slot}`) })
  return 1
}

/**
 * Makes the alarms match the rows: raises those that a killed process could not raise, clears those without letters.
 */
async function alignAlarms(ctx: Ctx, parked: Set<string>): Promise<void> {
  const open = new Set((await ctx.alarms.open(ctx.db)).map(({ cause }) => cause))
  const { undeliverable, unpaidLost, receiptsLost } = await countStuckRows(ctx)
  const lost: Partial<Record<string, number>> = {
    ...{ mail_address: undeliverable, mail_unpaid: unpaidLost, receipt_lost: receiptsLost },
  }
  for (const cause of parkCauses) {
    const isReal = parked.has(cause) || (lost[cause] ?? 0) > 0
    if (isReal && !open.has(cause)) await ctx.alarms.raise(cause, alarmSentences[cause])
    if (!isReal && open.has(cause)) await ctx.alarms.clear(ctx.db, cause)
  }
}
