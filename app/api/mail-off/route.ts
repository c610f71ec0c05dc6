import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { endReleaseMails } from '#domain/learning/settings/endReleaseMails.ts'

const token = z.string().max(200).optional()

/**
 * Ends the digests of whoever a letter's token names, without a login. Two callers: the page behind the letter's link
 * (`token` in the form), and a mail program's own button (RFC 8058: `token` in the address, no cookies, no origin).
 */
export const POST = route(
  {
    body: z.object({ token }),
    query: z.object({ token }),
    forms: true,
    formErrorPath: (fehler, form) => paths.mailsOff(String(form.token ?? ''), { fehler }),
  },
  async ({ ctx, input, query, ip, isForm }) => {
    await endReleaseMails(ctx, { token: input.token ?? query.token ?? '', ip })
    return isForm && input.token ? seeOther(paths.mailsOff(undefined, { stand: 'aus' })) : json({ ok: true })
  },
)
