import { renewalCookies } from '#app/_http/renewal.ts'
import { json } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { playLesson } from '#domain/learning/playLesson.ts'

/**
 * A playlist address for five minutes; an open player asks again every four. Each answer renews the session's
 * `seen`, so that a film outlives an outage. Free lessons play without a session, so those are counted by address.
 */
export const POST = route({}, async ({ ctx, params, findViewer, ip }) => {
  const viewer = await findViewer()
  const playback = await playLesson(ctx, { lessonId: params.id ?? '', viewer, ip })
  return json(
    { ...playback, expiresAt: playback.expiresAt.toISOString() },
    { requestId: ctx.requestId, cookies: await renewalCookies(ctx, viewer) },
  )
})
