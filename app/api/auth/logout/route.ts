import { z } from 'zod'
import { clearCookie } from '#app/_http/cookies.ts'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { leave } from '#domain/access/leave.ts'

/**
 * Ends this session, or with `everywhere` all of the person's. The cookie is deleted in any case; without a database
 * the row follows later.
 */
export const POST = route(
  { body: z.object({ everywhere: z.union([z.boolean(), z.literal('true')]).optional() }), forms: true },
  async ({ ctx, input, isForm, cookie }) => {
    const { siteUrl } = ctx.settings
    const token = cookie('session')
    const everywhere = Boolean(input.everywhere)
    if (token)
      await leave(ctx, token, { everywhere }).catch((error) => {
        ctx.log.error({ err: error }, 'a session could not be ended, only its cookie')
      })
    const cookies = [clearCookie('session', siteUrl), ...(everywhere ? [clearCookie('known', siteUrl)] : [])]
    // The browser also drops what it cached of personal pages; for a form no script of ours forgets what the device
    // keeps.
    const options = { cookies, headers: { 'clear-site-data': isForm ? '"cache", "storage"' : '"cache"' } }
    return isForm ? seeOther(paths.home(), options) : json({ ok: true }, options)
  },
)
