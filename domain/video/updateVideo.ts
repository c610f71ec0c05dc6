import type { Ctx } from '#ports'
import { syncVideo } from './syncVideo.ts'

/** Renames a film at Bunny, then stores what Bunny has. Throws `OutsideError('bunny')`, also for an unknown film. */
export async function updateVideo(ctx: Ctx, input: { guid: string; title: string }): Promise<void> {
  await ctx.videos.updateVideo(input.guid, { title: input.title })
  await syncVideo(ctx, input.guid)
}
