import { z } from 'zod'
import { sentenceFor } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { lessonNotes } from '#domain/learning/notes/lessonNotes.ts'
import { notebook } from '#domain/learning/notes/notebook.ts'
import { notebookPageView } from '#domain/learning/notes/notebookPageView.ts'
import { saveNotes } from '#domain/learning/notes/saveNotes.ts'
import { readChanges } from './_changes.ts'
import { wholeBook } from './_wholeBook.ts'
import { exportQuery } from './exportQuery.ts'

const query = z.object({
  lektion: z.string().min(1).max(100).optional(),
  seite: z.string().optional(),
  ...exportQuery.shape,
})

/** The whole book, with `seite` one page of it as `/heft` shows it, with `lektion` what belongs to one lesson. */
export const GET = viewerRoute({ query }, async ({ ctx, viewer, query: asked }) => {
  if (asked.lektion !== undefined) return { ...(await lessonNotes(ctx, { viewer, lessonId: asked.lektion })) }
  if (asked.seite !== undefined) return { ...(await notebookPageView(ctx, { viewer, query: asked })).data }
  return wholeBook(await notebook(ctx, viewer))
})

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
