import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { seeOther } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { deletePlan } from '#domain/learning/plan/deletePlan.ts'

const formErrorPath = (fehler: string) => paths.plan({ fehler })

export const POST = viewerRoute({ body: z.object({}), forms: true, formErrorPath }, async ({ ctx, viewer, isForm }) => {
  await deletePlan(ctx, viewer)
  return isForm ? seeOther(paths.plan({ stand: 'geloescht' })) : { ok: true }
})
