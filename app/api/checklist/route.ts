import { z } from 'zod'
import { parse, viewerRoute } from '#app/_http/route.ts'
import { readJsonList } from '#app/api/notes/_changes.ts'
import { TICKS_PER_REQUEST } from '#domain/learning/notes/rules.ts'
import { tickChecklist } from '#domain/learning/notes/tickChecklist.ts'

/** ISO text with a zone, or milliseconds since 1970. */
const moment = z
  .union([z.iso.datetime({ offset: true }), z.number().min(0).max(8.64e15)])
  .transform((at) => new Date(at))

const tick = z.strictObject({
  lessonId: z.string().min(1).max(100),
  item: z.string().min(1).max(64),
  ticked: z.boolean(),
  at: moment,
  sentAt: moment,
})
const ticks = z.array(tick).min(1).max(TICKS_PER_REQUEST)

/** Ticks of checklists, newest time wins; all of the list or none. */
export const POST = viewerRoute({}, async ({ ctx, viewer, request }) => {
  await ctx.limits.consume('notes_per_person', viewer.personId)
  const sent = parse(ticks, await readJsonList(request))
  return { ticks: await tickChecklist(ctx, { viewer, ticks: sent }) }
})
