import type { Viewer } from '#domain/access/rules.ts'
import { filmsOfLessons } from '#domain/video/filmsOfLessons.ts'
import { AppError, isDatabaseAway } from '#errors'
import type { Ctx } from '#ports'
import { passGate } from './passGate.ts'
import { resumeSecond } from './rules.ts'
import { markOpened, readProgressRows } from './store.ts'

/** A playlist address works this long; the player asks for a new one after four minutes. */
const PLAY_MS = 5 * 60_000

export interface Playback {
  /** HLS playlist; its segments inherit the signature. */
  playlistUrl: string
  expiresAt: Date
  /** Same-origin address of the German WebVTT captions; null if there are none. */
  captions: string | null
  /** Second at which to go on; 0 from the beginning, null while the database is away. */
  resumeAt: number | null
  /** Seconds. */
  duration: number
}

export interface PlayInput {
  lessonId: string
  viewer: Viewer | null
  /** Without a viewer plays are counted by this address; without both not at all. */
  ip?: string
}

/**
 * Signs the film of one lesson for five minutes, if this viewer may watch it, and notes the lesson as opened, so that
 * it never locks again. Signing is local, so it works without Bunny's API, and without a database for sessions that may
 * live on (then `resumeAt` is null). Free lessons need no viewer; plays are then counted by network. Throws
 * `unauthenticated`, `no_grant`, `grant_revoked`, `not_released` as `passGate` does, `rate_limited`, `not_found`,
 * `videos_unavailable`.
 */
export async function playLesson(ctx: Ctx, input: PlayInput): Promise<Playback> {
  const lesson = ctx.content.lesson(input.lessonId)
  if (!lesson) throw new AppError('not_found', `no lesson ${input.lessonId}`)
  await passGate(ctx, lesson, input.viewer)
  // After the gate: asking for closed lessons must not use up the limit of a whole network.
  if (!input.viewer && input.ip) await ctx.limits.consume('play_per_ip', input.ip)
  const film = (await filmsOfLessons(ctx))(lesson)
  if (!film?.playable) throw new AppError('videos_unavailable', `no playable film for ${lesson.id}`)
  const expiresAt = new Date(ctx.clock.now().getTime() + PLAY_MS)
  const { playlistUrl } = ctx.videos.signPlayback(film.guid, expiresAt)
  const duration = film.length ?? lesson.durationSeconds
  return {
    playlistUrl,
    expiresAt,
    captions: lesson.hasCaptions ? `/api/lessons/${encodeURIComponent(lesson.id)}/captions` : null,
    resumeAt: input.viewer ? await openAndResume(ctx, lesson.id, input.viewer, duration) : 0,
    duration,
  }
}

async function openAndResume(ctx: Ctx, lessonId: string, viewer: Viewer, duration: number): Promise<number | null> {
  if (viewer.degraded || !ctx.db.health().up) return null
  try {
    const [, rows] = await Promise.all([
      markOpened(ctx.db, viewer.personId, lessonId, ctx.clock.now()),
      readProgressRows(ctx.db, viewer.personId, [lessonId]),
    ])
    return resumeSecond(rows[0] ?? null, duration)
  } catch (error) {
    if (isDatabaseAway(error)) return null
    throw error
  }
}
