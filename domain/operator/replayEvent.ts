import { eventJobs } from '#domain/operator/eventJobs.ts'
import { AppError } from '#errors'
import type { Ctx, InboxEvent } from '#ports'

/**
 * The operator's „Noch einmal“: the event counts as open again and gets a job, even when it was handled. Handling an
 * event twice does no harm. `key` is the form's UUID: the same click twice is one replay (`queued: false`). Throws
 * `not_found`, and `conflict` for a mail event whose body is gone, because nothing is left to work on, and for a key
 * that stands for something else.
 */
export async function replayEvent(
  ctx: Ctx,
  input: { source: InboxEvent['source']; id: string; actor: string; key: string },
): Promise<{ queued: boolean }> {
  const { source, id, actor, key } = input
  const event = await ctx.inbox.read(source, id)
  if (!event) throw new AppError('not_found', `event is not stored: ${id}`)
  if (source === 'resend' && !event.raw) throw new AppError('conflict', 'the body of this event is gone')
  return ctx.db.transaction(async (db) => {
    const fresh = await ctx.audit.record(db, {
      id: key,
      actor,
      action: 'event.replay',
      target: `${source}:${id}`,
      detail: { type: event.type, was: event.handledAt ? (event.outcome ?? 'handled') : 'open' },
    })
    if (!fresh) return { queued: false }
    await ctx.inbox.reopen(db, source, id)
    await ctx.jobs.forgetDead(db, eventJobs[source], 'eventId', [id])
    await ctx.jobs.send(db, eventJobs[source], { eventId: id, requestId: event.requestId })
    return { queued: true }
  })
}
