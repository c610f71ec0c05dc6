import { clearCookie } from '#app/_http/cookies.ts'
import { json } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { endSession } from '#domain/access/endSession.ts'

/** Logs one device out; ids of other people's sessions are not found. */
export const DELETE = viewerRoute({}, async ({ ctx, viewer, params }) => {
  const sessionId = params.id ?? ''
  await endSession(ctx, { personId: viewer.personId, sessionId })
  const cookies = sessionId === viewer.sessionId ? [clearCookie('session', ctx.settings.siteUrl)] : []
  return json({ ok: true }, { cookies })
})
