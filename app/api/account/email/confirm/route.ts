import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { confirmAddressChange } from '#domain/access/addressChange/confirmAddressChange.ts'

/** One mailbox agrees to the other address. Without a session, because the letter's link proves the mailbox. */
export const POST = route(
  {
    body: z.object({ token: z.string().max(100) }),
    forms: true,
    formErrorPath: (fehler, { token }) => paths.addressChange(String(token ?? ''), { fehler }),
  },
  async ({ ctx, input, ip, isForm }) => {
    const confirmed = await confirmAddressChange(ctx, { token: input.token, ip })
    return isForm ? seeOther(paths.addressChange(input.token)) : json({ ok: true, ...confirmed })
  },
)
