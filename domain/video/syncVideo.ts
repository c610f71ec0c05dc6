import { isOutsideError } from '#errors'
import type { Ctx, VideoMeta } from '#ports'
import { forgetFilms } from './filmsOfLessons.ts'
import { tellMissed } from './missedDeliveries.ts'
import { markGone, markUnlistedGone, readVideos, saveVideos } from './store.ts'

const PER_PAGE = 100
/** 20,000 films, more than we will ever have. */
const MAX_PAGES = 200

/**
 * Stores what Bunny says about one film, or about all of them; answers how many Bunny has. A film that Bunny no longer
 * has is marked as gone. May run twice and at the same time: an older answer never overwrites a newer one. Throws
 * `OutsideError('bunny')`.
 */
export async function syncVideo(ctx: Ctx, guid?: string): Promise<{ synced: number }> {
  const synced = guid === undefined ? await syncAll(ctx) : await syncOne(ctx, guid)
  forgetFilms(ctx.db)
  return { synced }
}

async function syncOne(ctx: Ctx, guid: string): Promise<number> {
  const askedAt = ctx.clock.now()
  try {
    await saveVideos(ctx.db, [await ctx.videos.getVideo(guid)], askedAt)
    return 1
  } catch (error) {
    if (!isOutsideError(error) || error.failure !== 'not_found') throw error
    await markGone(ctx.db, guid, askedAt)
    return 0
  }
}

async function syncAll(ctx: Ctx): Promise<number> {
  const askedAt = ctx.clock.now()
  const found = new Map<string, VideoMeta>()
  let total = 0
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await ctx.videos.listVideos({ page, perPage: PER_PAGE })
    total = answer.total
    for (const video of answer.videos) found.set(video.guid, video)
    if (answer.videos.length === 0 || found.size >= total) break
  }
  const before = await readVideos(ctx.db, [...found.keys()])
  await ctx.db.transaction(async (db) => {
    await saveVideos(db, [...found.values()], askedAt)
    // Only a complete listing shows what is gone: pages shift when films are added meanwhile.
    if (found.size >= total) await markUnlistedGone(db, askedAt)
  })
  await tellMissed(ctx, before, [...found.values()])
  return found.size
}
