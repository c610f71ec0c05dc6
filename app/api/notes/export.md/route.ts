import { viewerRoute } from '#app/_http/route.ts'
import { notebookText } from '#domain/learning/notes/notebookText.ts'
import { exportQuery } from '../exportQuery.ts'

/** „Mein Werkstatt-Heft“ as a file, with the filter of the page. */
export const GET = viewerRoute({ query: exportQuery }, async ({ ctx, viewer, query: asked }) => {
  const text = await notebookText(ctx, { viewer, query: asked })
  const headers = {
    'content-type': 'text/markdown; charset=utf-8',
    'content-disposition': 'attachment; filename="werkstatt-heft.md"',
    'cache-control': 'no-store',
  }
  return new Response(text, { headers })
})
