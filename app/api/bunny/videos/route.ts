import { z } from 'zod'
import { json } from '#app/_http/respond.ts'
import { adminRoute } from '#app/_http/route.ts'
import { createVideo } from '#domain/video/createVideo.ts'
import { listVideos } from '#domain/video/listVideos.ts'
import { MAX_TITLE } from '#domain/video/rules.ts'

const query = z.object({
  page: z.coerce.number().int().min(1).max(10_000).optional(),
  perPage: z.coerce.number().int().min(1).max(200).optional(),
  search: z.string().max(MAX_TITLE).optional(),
})

/** Known films from stored rows; Bunny itself is asked by the worker. */
export const GET = adminRoute({ query }, ({ ctx, query }) => listVideos(ctx, query).then((page) => ({ ...page })))

/** A new film and its signed upload (TUS, 24 hours). */
export const POST = adminRoute({ body: z.object({ title: z.string().trim().min(1).max(MAX_TITLE) }) }, async (call) =>
  json(await createVideo(call.ctx, call.input), { status: 201, requestId: call.ctx.requestId }),
)
