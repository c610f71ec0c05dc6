import { limits } from '#domain/mail/rules.ts'
import { overdueLetters } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

/**
 * Gives queued letters a new job when theirs is lost (I8): rows are the truth, not jobs. A letter whose job is alive
 * is left alone, or a long outage of Resend would heap up jobs. The job's id is made from letter and time slot, so that sweepers
 * in several workers add one job.
 */
export async function sweepLetters(ctx: Ctx): Promise<{ redriven: number }> {
  const now = ctx.clock.now().getTime()
  const overdue = await overdueLetters(ctx, new Date(now - limits.sweepAfterMs), limits.sweepBatch)
  const alive = await ctx.jobs.alive(
    ctx.db,
    'letter.send',
    'letterId',
    overdue.map(({ id }) => id),
  )
  const lost = overdue.filter(({ id }) => !alive.has(id))
  const slot = Math.floor(now / limits.sweepSlotMs)
  await Promise.all(
    lost.map(({ id }) =>
      ctx.jobs.send(
        ctx.db,
        'letter.send',
        { letterId: id, requestId: ctx.requestId },
        { id: ctx.ids.fromName(`sweep:${id}:${slot}`) },
      ),
    ),
  )
  return { redriven: lost.length }
}
