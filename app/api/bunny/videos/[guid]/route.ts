import { z } from 'zod'
import { adminRoute } from '#app/_http/route.ts'
import { deleteVideo } from '#domain/video/deleteVideo.ts'
import { getVideo } from '#domain/video/getVideo.ts'
import { MAX_TITLE } from '#domain/video/rules.ts'
import { updateVideo } from '#domain/video/updateVideo.ts'
import { AppError } from '#errors'
import { isUuid } from '#uuid'

/** Bunny's ids are UUIDs. Anything else is no film, and must not become part of an address at Bunny (`..`). */
function guidOf(params: Record<string, string>): string {
  const guid = params.guid ?? ''
  if (!isUuid(guid)) throw new AppError('not_found', 'no film has this id')
  return guid
}

export const GET = adminRoute({}, async ({ ctx, params }) => ({ video: await getVideo(ctx, guidOf(params)) }))

const change = z.object({ title: z.string().trim().min(1).max(MAX_TITLE) })

export const PATCH = adminRoute({ body: change }, async ({ ctx, params, input }) => {
  const guid = guidOf(params)
  await updateVideo(ctx, { guid, title: input.title })
  return { video: await getVideo(ctx, guid) }
})

/** 409 while a lesson shows it. */
export const DELETE = adminRoute({}, async ({ ctx, params }) => {
  await deleteVideo(ctx, guidOf(params))
  return { ok: true }
})
