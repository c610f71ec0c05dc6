import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { seeOther } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { pausePlan } from '#domain/learning/plan/pausePlan.ts'

/** Without a day the plan goes on today. */
const body = z.object({ until: z.string().max(20).nullish() })
const formErrorPath = (fehler: string) => paths.plan({ fehler: fehler === 'invalid_input' ? 'pause' : fehler })

export const POST = viewerRoute({ body, forms: true, formErrorPath }, async ({ ctx, viewer, input, isForm }) => {
  const until = input.until ?? null
  await pausePlan(ctx, { viewer, until })
  return isForm ? seeOther(paths.plan({ stand: until ? 'pause' : 'weiter' })) : { ok: true }
})
