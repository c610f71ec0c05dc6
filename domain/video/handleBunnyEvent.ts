import type { Ctx } from '#ports'
import { syncVideo } from './syncVideo.ts'

/**
 * Works one stored delivery: fetches the film again and stores what Bunny says now. The delivery's own status number
 * has another meaning and is not used. May run twice; an unknown or handled event changes nothing. A failure is noted
 * on the event's row and thrown, so that the job tries again: `OutsideError('bunny')`, `database_unavailable`.
 */
export async function handleBunnyEvent(ctx: Ctx, eventId: string): Promise<void> {
  const event = await ctx.inbox.read('bunny', eventId)
  if (!event || event.handledAt) return
  if (!event.objectId) {
    await ctx.inbox.markProcessed(ctx.db, 'bunny', eventId, 'ignored: names no film')
    return
  }
  const { synced } = await syncVideo(ctx, event.objectId).catch(async (error) => {
    await ctx.inbox.markFailed('bunny', eventId, error instanceof Error ? error.message : String(error)).catch(() => {})
    throw error
  })
  await ctx.inbox.markProcessed(ctx.db, 'bunny', eventId, synced ? 'film stored' : 'film is gone')
}
