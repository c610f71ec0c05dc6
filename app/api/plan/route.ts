import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { seeOther } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { planView } from '#domain/learning/plan/planView.ts'
import { savePlan } from '#domain/learning/plan/savePlan.ts'

/** A list of numbers; a form's ticked boxes come as `{ 1: true, 3: true }`. The verb decides which numbers are days. */
const weekdays = z.union([
  z.array(z.number()).max(100),
  z.record(z.string().max(3), z.unknown()).transform((ticked) => Object.keys(ticked).map(Number)),
])
const body = z.object({
  weekdays: weekdays.default([]),
  minutes: z.union([z.number(), z.string().max(10).transform(Number)]),
  time: z.string().max(10),
  startsOn: z.string().max(20).nullish(),
})
const formErrorPath = (fehler: string) => paths.plan({ fehler })

/** „Mein Wochenplan“ as the page shows it. */
export const GET = viewerRoute({}, async ({ ctx, viewer }) => {
  const { feedToken: _, ...view } = await planView(ctx, viewer)
  return view
})

/** Makes or changes the plan. */
export const POST = viewerRoute({ body, forms: true, formErrorPath }, async ({ ctx, viewer, input, isForm }) => {
  const wish = await savePlan(ctx, { viewer, ...input })
  return isForm ? seeOther(paths.plan({ stand: 'gespeichert' })) : { wish }
})
