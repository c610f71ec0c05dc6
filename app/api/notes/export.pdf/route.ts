import { ReadableStream as NodeStream } from 'node:stream/web'
import { viewerRoute } from '#app/_http/route.ts'
import { notebookPdf } from '#domain/learning/notes/notebookPdf.ts'
import { exportQuery } from '../exportQuery.ts'

/** „Mein Werkstatt-Heft“ to print, with the filter of the page. */
export const GET = viewerRoute({ query: exportQuery }, async ({ ctx, viewer, query: asked, request }) => {
  const file = await notebookPdf(ctx, { viewer, query: asked, signal: request.signal })
  const headers = {
    'content-type': file.contentType,
    'content-disposition': `attachment; filename="${file.filename}"`,
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
  }
  return new Response(NodeStream.from(file.chunks) as ReadableStream, { headers })
})
