import { handleBunnyEvent } from '#domain/video/handleBunnyEvent.ts'
import type { Handler } from '../handler.ts'

export const bunnyEvent: Handler<'bunny.event'> = async (ctx, { eventId }) => {
  try {
    await handleBunnyEvent(ctx, eventId)
  } catch (error) {
    await ctx.inbox.markFailed('bunny', eventId, error instanceof Error ? error.message : String(error))
    throw error
  }
}
