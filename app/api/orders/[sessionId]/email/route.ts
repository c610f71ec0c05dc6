import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { correctAddress } from '#domain/sales/address/correctAddress.ts'

const body = z.object({
  email: z.string().max(320),
  /** The form's own id: a double click is one correction. */
  key: z.uuid().optional(),
  /** Only in the form without scripts, which cannot know where it was posted to. */
  sessionId: z.string().max(255).optional(),
})

/** For the browser that paid; to everyone else the order does not exist. A form posts, a script patches. */
const handler = route(
  {
    body,
    forms: true,
    formErrorPath: (adresse, { sessionId }) => paths.thanks(String(sessionId ?? ''), { adresse }),
  },
  async ({ ctx, params, input, ip, cookie, isForm, findViewer }) => {
    const sessionId = params.sessionId ?? ''
    const { emailMasked } = await correctAddress(ctx, {
      sessionId,
      email: input.email,
      key: input.key ?? ctx.ids.uuid(),
      checkoutCookie: cookie('checkout'),
      viewer: await findViewer(),
      ip,
    })
    return isForm ? seeOther(paths.thanks(sessionId, { adresse: 'neu' })) : json({ ok: true, emailMasked })
  },
)

export const PATCH = handler
export const POST = handler
