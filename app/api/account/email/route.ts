import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { askAddressChange } from '#domain/access/addressChange/askAddressChange.ts'

const body = z.object({ email: z.string().max(320), key: z.uuid().optional() })

/** Asks both mailboxes whether the account may get another address. The answer is the same whoever has that address. */
export const POST = viewerRoute(
  { body, forms: true, formErrorPath: (adresse) => paths.account({ adresse }) },
  async ({ ctx, viewer, input, ip, isForm }) => {
    const asked = await askAddressChange(ctx, { viewer, ...input, key: input.key ?? ctx.ids.uuid(), ip })
    return isForm ? seeOther(paths.account({ adresse: 'gefragt' })) : json({ ok: true, ...asked })
  },
)
