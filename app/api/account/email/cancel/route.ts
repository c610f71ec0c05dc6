import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { cancelAddressChange } from '#domain/access/addressChange/cancelAddressChange.ts'

/** Takes the wish to move back; both links end. */
export const POST = viewerRoute(
  { body: z.object({}), forms: true, formErrorPath: (adresse) => paths.account({ adresse }) },
  async ({ ctx, viewer, isForm }) => {
    await cancelAddressChange(ctx, viewer)
    return isForm ? seeOther(paths.account()) : json({ ok: true })
  },
)
