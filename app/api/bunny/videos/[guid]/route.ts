import { z } from 'zod'
import { adminRoute } from '#app/_http/route.ts'
import { deleteVideo } from '#domain/video/deleteVideo.ts'
import { getVideo } from '#domain/video/getVideo.ts'
import { MAX_TITLE } from '#domain/video/rules.ts'
import { updateVideo } from '#domain/video/updateVideo.ts'

export const GET = adminRoute({}, ({ ctx, params }) => getVideo(ctx, params.guid ?? '').then((video) => ({ video })))

const change = z.object({ title: z.string().trim().min(1).max(MAX_TITLE) })

export const PATCH = adminRoute({ body: change }, async ({ ctx, params, input }) => {
  await updateVideo(ctx, { guid: params.guid ?? '', title: input.title })
  return { video: await getVideo(ctx, params.guid ?? '') }
})

/** 409 while a lesson shows it. */
export const DELETE = adminRoute({}, async ({ ctx, params }) => {
  await deleteVideo(ctx, params.guid ?? '')
  return { ok: true }
})
