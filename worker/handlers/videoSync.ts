import { syncVideo } from '#domain/video/syncVideo.ts'
import type { Handler } from '../handler.ts'

export const videoSync: Handler<'video.sync'> = (ctx, { guid }) => syncVideo(ctx, guid)
