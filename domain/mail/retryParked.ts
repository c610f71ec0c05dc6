import { letterLimits, type ParkCause } from '#domain/mail/rules.ts'
import { unparkLetters } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

/**
 * Queues every letter that is parked for one cause again, at most 5,000 per call; answers how many. The operator's
 * „Alle weiter“ (with `actor` and the form's `key`: a second click changes nothing), and called by `sendLetter` when
 * one of them got through. Letters that certainly never reached the provider take the present MAIL_FROM. Throws
 * `conflict` for a key that stands for something else.
 */
export async function retryParked(
  ctx: Ctx,
  input: { cause: ParkCause; actor?: string; key?: string },
): Promise<{ redriven: number }> {
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    if (input.actor && input.key) {
      const entry = { id: input.key, actor: input.actor, action: 'letter.retry_parked', target: input.cause }
      if (!(await ctx.audit.record(db, entry))) return { redriven: 0 }
    }
    const freed = await unparkLetters(
      inside,
      input.cause,
      ctx.settings.mailFrom,
      letterLimits.retryBatch,
      ctx.clock.now(),
    )
    const jobs = freed.map(({ id, requestId }) => ({ data: { letterId: id, requestId: requestId ?? ctx.requestId } }))
    await ctx.jobs.sendAll(db, 'letter.send', jobs)
    return { redriven: freed.length }
  })
}
