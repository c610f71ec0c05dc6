import { viewerRoute } from '#app/_http/route.ts'
import { certificatePdf } from '#domain/learning/certificate/certificatePdf.ts'

/** The PDF of one's own Teilnahmebestätigung. */
export const GET = viewerRoute({}, async ({ ctx, params, viewer }) => {
  const file = await certificatePdf(ctx, { viewer, number: params.number ?? '' })
  return new Response(new Uint8Array(file.content), {
    headers: {
      'content-type': file.contentType,
      'content-disposition': `attachment; filename="${file.filename}"`,
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    },
  })
})
