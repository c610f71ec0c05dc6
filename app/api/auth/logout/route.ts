import { z } from 'zod'
import { clearCookie } from '#app/_http/cookies.ts'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { endAllSessions } from '#domain/access/endAllSessions.ts'
import { endSession } from '#domain/access/endSession.ts'

/** Ends this session, or with `everywhere` all of the person. Without a session it only clears the cookie. */
export const POST = route(
  { body: z.object({ everywhere: z.union([z.boolean(), z.literal('true')]).optional() }), forms: true },
  async ({ ctx, input, isForm, findViewer }) => {
    const viewer = await findViewer()
    if (viewer && input.everywhere) await endAllSessions(ctx, viewer.personId)
    else if (viewer) await endSession(ctx, viewer)
    // The browser also drops what it cached of personal pages.
    const options = {
      cookies: [clearCookie('session', ctx.settings.siteUrl)],
      headers: { 'clear-site-data': '"cache"' },
    }
    return isForm ? seeOther(paths.home(), options) : json({ ok: true }, options)
  },
)
