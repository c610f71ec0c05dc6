import { z } from 'zod'
import { sentenceFor } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { lessonNotes } from '#domain/learning/notes/lessonNotes.ts'
import { notebook } from '#domain/learning/notes/notebook.ts'
import { saveNotes } from '#domain/learning/notes/saveNotes.ts'
import { readChanges } from './_changes.ts'

const query = z.object({ lektion: z.string().min(1).max(100).optional() })

/** The whole book, enough to draw it without a network; with `lektion` what belongs to one lesson. */
export const GET = viewerRoute({ query }, async ({ ctx, viewer, query: { lektion } }) =>
  lektion === undefined
    ? { ...(await notebook(ctx, viewer)) }
    : { ...(await lessonNotes(ctx, { viewer, lessonId: lektion })) },
)

/** Saves and deletes, one answer per change. When all of them are refused, the first refusal is the answer. */
export const POST = viewerRoute({}, async ({ ctx, viewer, request }) => {
  await ctx.limits.consume('notes_per_person', viewer.personId)
  const saved = await saveNotes(ctx, { viewer, changes: await readChanges(request) })
  return {
    changes: saved.map(({ refusal, ...change }) => ({
      ...change,
      ...(refusal && { refusal: { code: refusal.code, message: sentenceFor(refusal.code, refusal.details) } }),
    })),
  }
})
