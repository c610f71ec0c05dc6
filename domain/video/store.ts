import { and, desc, eq, ilike, inArray, isNull, lt, sql } from 'drizzle-orm'
import { lessonVideo, video } from '#db/schema.ts'
import type { Db, VideoMeta } from '#ports'

/** The only SQL on `video` and `lesson_video`. */

export type VideoRow = typeof video.$inferSelect

const likePattern = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** Writes what Bunny said at `fetchedAt`; an older answer never overwrites a newer one. */
export async function saveVideos(db: Db, videos: VideoMeta[], fetchedAt: Date): Promise<void> {
  if (videos.length === 0) return
  const newest = [...new Map(videos.map((item) => [item.guid, item])).values()]
  await db.q
    .insert(video)
    .values(newest.map((item) => ({ ...item, fetchedAt, goneAt: null })))
    .onConflictDoUpdate({
      target: video.guid,
      set: {
        title: sql`excluded.title`,
        status: sql`excluded.status`,
        encodeProgress: sql`excluded.encode_progress`,
        length: sql`excluded.length`,
        resolutions: sql`excluded.resolutions`,
        captions: sql`excluded.captions`,
        thumbnailFile: sql`excluded.thumbnail_file`,
        fetchedAt: sql`excluded.fetched_at`,
        goneAt: null,
      },
      setWhere: sql`${video.fetchedAt} <= excluded.fetched_at`,
    })
}

export async function markGone(db: Db, guid: string, at: Date): Promise<void> {
  await db.q
    .update(video)
    .set({ goneAt: at })
    .where(and(eq(video.guid, guid), isNull(video.goneAt), sql`${video.fetchedAt} <= ${at}`))
}

/** After a complete listing: marks every film that it did not show as gone. */
export async function markUnlistedGone(db: Db, listedAt: Date): Promise<void> {
  await db.q
    .update(video)
    .set({ goneAt: listedAt })
    .where(and(lt(video.fetchedAt, listedAt), isNull(video.goneAt)))
}

export async function findVideo(db: Db, guid: string): Promise<VideoRow | null> {
  const [row] = await db.q.select().from(video).where(eq(video.guid, guid))
  return row ?? null
}

export async function readVideos(db: Db, guids: string[]): Promise<VideoRow[]> {
  return guids.length === 0 ? [] : db.q.select().from(video).where(inArray(video.guid, guids))
}

export async function pageOfVideos(
  db: Db,
  filter: { search?: string; limit: number; offset: number },
): Promise<{ total: number; rows: VideoRow[] }> {
  const condition = and(
    isNull(video.goneAt),
    filter.search ? ilike(video.title, likePattern(filter.search)) : undefined,
  )
  const [rows, total] = await Promise.all([
    db.q
      .select()
      .from(video)
      .where(condition)
      .orderBy(desc(video.fetchedAt), video.title, video.guid)
      .limit(filter.limit)
      .offset(filter.offset),
    db.q.$count(video, condition),
  ])
  return { total, rows }
}

export async function saveAssignment(db: Db, lessonId: string, guid: string, at: Date): Promise<void> {
  await db.q
    .insert(lessonVideo)
    .values({ lessonId, guid, assignedAt: at })
    .onConflictDoUpdate({ target: lessonVideo.lessonId, set: { guid, assignedAt: at } })
}

/** The films assigned by hand, at most one per lesson. */
export async function readAssignments(db: Db): Promise<{ lessonId: string; guid: string }[]> {
  return db.q.select({ lessonId: lessonVideo.lessonId, guid: lessonVideo.guid }).from(lessonVideo)
}

/** What playback needs to know of every known film; `length` in seconds. */
export async function readFilms(
  db: Db,
): Promise<{ guid: string; status: number; resolutions: string; length: number; goneAt: Date | null }[]> {
  return db.q
    .select({
      guid: video.guid,
      status: video.status,
      resolutions: video.resolutions,
      length: video.length,
      goneAt: video.goneAt,
    })
    .from(video)
}
