import { route } from '#app/_http/route.ts'
import { playLesson } from '#domain/learning/playLesson.ts'

/** A playlist address for five minutes. Free lessons play without a session, so those are counted by address. */
export const POST = route({}, async ({ ctx, params, findViewer, ip }) => {
  const viewer = await findViewer()
  if (!viewer) await ctx.limits.consume('play_per_ip', ip)
  const playback = await playLesson(ctx, { lessonId: params.id ?? '', viewer })
  return { ...playback, expiresAt: playback.expiresAt.toISOString() }
})
