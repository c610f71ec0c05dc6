import { viewerRoute } from '#app/_http/route.ts'
import { notebook } from '#domain/learning/notes/notebook.ts'
import { notebookMarkdown } from '#domain/learning/notes/notebookMarkdown.ts'
import { readFilter } from '#domain/learning/notes/notebookRules.ts'
import { exportQuery } from '../exportQuery.ts'

/** „Mein Werkstatt-Heft“ as a file, with the filter of the page. */
export const GET = viewerRoute({ query: exportQuery }, async ({ ctx, viewer, query: asked }) => {
  const data = await notebook(ctx, viewer)
  const { siteUrl } = ctx.settings
  const text = notebookMarkdown(data, readFilter(asked, data), { siteUrl, now: ctx.clock.now() })
  const headers = {
    'content-type': 'text/markdown; charset=utf-8',
    'content-disposition': 'attachment; filename="werkstatt-heft.md"',
    'cache-control': 'no-store',
  }
  return new Response(text, { headers })
})
