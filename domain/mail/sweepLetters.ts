import { limits } from '#domain/mail/rules.ts'
import { overdueLetters } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

/**
 * Gives queued letters a new job when theirs may be lost (I8): rows are the truth, not jobs. A letter whose job is
 * alive is not harmed, `sendLetter` may run twice. The job's id is made from letter and time slot, so that sweepers
 * in several workers add one job.
 */
export async function sweepLetters(ctx: Ctx): Promise<{ redriven: number }> {
  const now = ctx.clock.now().getTime()
  const overdue = await overdueLetters(ctx, new Date(now - limits.sweepAfterMs), limits.sweepBatch)
  const slot = Math.floor(now / limits.sweepSlotMs)
  for (const { id } of overdue)
    await ctx.jobs.send(
      ctx.db,
      'letter.send',
      { letterId: id, requestId: ctx.requestId },
      { id: ctx.ids.fromName(`sweep:${id}:${slot}`) },
    )
  return { redriven: overdue.length }
}
