import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { setReleaseMails } from '#domain/learning/settings/setReleaseMails.ts'

const on = z.union([z.boolean(), z.enum(['on', 'off']).transform((word) => word === 'on')])

/** The digest of newly opened lessons, on or off. */
export const POST = viewerRoute(
  { body: z.object({ on }), forms: true, formErrorPath: (mails) => paths.account({ mails }) },
  async ({ ctx, viewer, input, isForm }) => {
    const set = await setReleaseMails(ctx, { personId: viewer.personId, on: input.on })
    return isForm ? seeOther(paths.account({ mails: set.on ? 'an' : 'aus' })) : json({ ok: true, ...set })
  },
)
