import type { Ctx } from '#ports'
import { syncVideo } from './syncVideo.ts'

/**
 * Works one stored delivery: fetch the film again, store what Bunny says now. The delivery's own status number is of
 * another enum and only rang the bell. Safe to run twice. Throws `OutsideError('bunny')`, then the job tries again.
 */
export async function handleBunnyEvent(ctx: Ctx, eventId: string): Promise<void> {
  const event = await ctx.inbox.read('bunny', eventId)
  if (!event || event.handledAt) return
  if (!event.objectId) {
    await ctx.inbox.markProcessed(ctx.db, 'bunny', eventId, 'ignored: names no film')
    return
  }
  const { synced } = await syncVideo(ctx, event.objectId)
  await ctx.inbox.markProcessed(ctx.db, 'bunny', eventId, synced ? 'film stored' : 'film is gone')
}
