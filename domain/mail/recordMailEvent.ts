import { riseLetters } from '#domain/mail/riseLetters.ts'
import { alarmSentences } from '#domain/mail/rules.ts'
import type { Ctx } from '#ports'
import { naturalBatch } from '../../naturalBatch.ts'

/** Events in one transaction: each is a small change to one letter. */
const BATCH_LIMIT = 100

type Waiting = { ctx: Ctx; eventId: string }
const batches = new WeakMap<object, (waiting: Waiting) => Promise<undefined>>()

/**
 * Takes over what the provider says about a letter, from the stored event. States only rise, so order, repetition and
 * delay of deliveries do not matter. The letter's state and the event's stamp are one transaction, shared with other
 * events that wait at the time. An event about no letter of ours is stamped as ignored. An unknown or handled event
 * changes nothing.
 */
export async function recordMailEvent(ctx: Ctx, eventId: string): Promise<void> {
  let batch = batches.get(ctx.db)
  if (!batch) {
    batch = naturalBatch(recordTogether, { maxItems: BATCH_LIMIT })
    batches.set(ctx.db, batch)
  }
  await batch({ ctx, eventId })
}

async function recordTogether(waiting: Waiting[]): Promise<undefined[]> {
  const { ctx } = waiting[0]!
  const ids = [...new Set(waiting.map(({ eventId }) => eventId))]
  const stored = await ctx.inbox.readAll('resend', ids)
  const byId = new Map(stored.map((event) => [event.id, event]))
  // In the order in which they came: of two that say the same, the first counts.
  const events = ids.flatMap((id) => {
    const { handledAt, raw } = byId.get(id) ?? {}
    return handledAt || !raw ? [] : ctx.mailer.parseEvent(id, raw)
  })
  if (events.length > 0) {
    const { lost } = await ctx.db.transaction(async (db) => {
      const risen = await riseLetters({ ...ctx, db }, events)
      const handled = [...risen.outcomes].map(([id, outcome]) => ({ id, outcome }))
      await ctx.inbox.markAllProcessed(db, 'resend', handled)
      ctx.crashPoint?.('mail.event-before-commit')
      return risen
    })
    // If a crash prevents this, `sweepLetters` raises the alarm from the row.
    for (const cause of lost) await ctx.alarms.raise(cause, alarmSentences[cause])
  }
  return waiting.map(() => undefined)
}
