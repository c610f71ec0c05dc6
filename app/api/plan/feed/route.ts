import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { seeOther } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { changeFeed } from '#domain/learning/plan/changeFeed.ts'

const body = z.object({ change: z.enum(['renew', 'off']) })
const formErrorPath = (fehler: string) => paths.plan({ fehler })

/** Makes a new address for the calendar feed, or ends it. The address itself is only shown on the page. */
export const POST = viewerRoute({ body, forms: true, formErrorPath }, async ({ ctx, viewer, input, isForm }) => {
  await changeFeed(ctx, { viewer, change: input.change })
  return isForm ? seeOther(paths.plan({ stand: input.change === 'renew' ? 'adresse' : 'aus' })) : { ok: true }
})
