import type { Ctx, VideoMeta } from '#ports'
import { UPLOAD_MS } from './rules.ts'
import { saveVideos } from './store.ts'

export interface CreatedVideo {
  video: VideoMeta
  /** For `tus-js-client`: endpoint and headers; valid for 24 hours, for this guid only. */
  upload: { endpoint: string; headers: Record<string, string>; expiresAt: Date }
}

/**
 * Makes an empty film at Bunny and a signed upload for the browser. Each call makes another film; after a lost answer
 * it is not repeated, so a failure leaves at worst an empty film, which the next sync shows. Throws
 * `OutsideError('bunny')`.
 */
export async function createVideo(ctx: Ctx, input: { title: string }): Promise<CreatedVideo> {
  const fetchedAt = ctx.clock.now()
  const video = await ctx.videos.createVideo(input.title)
  await saveVideos(ctx.db, [video], fetchedAt)
  return { video, upload: signUpload(ctx, video.guid) }
}

/** A new signature for the upload of a film, valid for 24 hours, to continue after a reload or a day. Asks nobody. */
function signUpload(ctx: Ctx, guid: string): CreatedVideo['upload'] {
  const expiresAt = new Date(ctx.clock.now().getTime() + UPLOAD_MS)
  return { ...ctx.videos.signUpload(guid, expiresAt), expiresAt }
}
