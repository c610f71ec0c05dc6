import { z } from 'zod'
import { momentField } from '#app/_http/momentField.ts'
import { parse } from '#app/_http/parse.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { readJsonList } from '#app/api/notes/_changes.ts'
import { TICKS_PER_REQUEST } from '#domain/learning/notes/noteLimits.ts'
import { tickChecklist } from '#domain/learning/notes/tickChecklist.ts'

const tick = z.strictObject({
  lessonId: z.string().min(1).max(100),
  item: z.string().min(1).max(64),
  ticked: z.boolean(),
  at: momentField,
  sentAt: momentField,
})
const ticks = z.array(tick).min(1).max(TICKS_PER_REQUEST)

/** Ticks of checklists, newest time wins; all of the list or none. */
export const POST = viewerRoute({}, async ({ ctx, viewer, request }) => {
  await ctx.limits.consume('notes_per_person', viewer.personId)
  const sent = parse(ticks, await readJsonList(request))
  return { ticks: await tickChecklist(ctx, { viewer, ticks: sent }) }
})
