import { route } from '#app/_http/route.ts'
import { readCaptions } from '#domain/learning/readCaptions.ts'

/** WebVTT for the player's `<track>`: same origin, behind the same gate as the film. */
export const GET = route({}, async ({ ctx, params, findViewer }) => {
  const captions = await readCaptions(ctx, { lessonId: params.id ?? '', viewer: await findViewer() })
  return new Response(captions, {
    headers: { 'content-type': 'text/vtt; charset=utf-8', 'cache-control': 'no-store' },
  })
})
