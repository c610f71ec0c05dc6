import { adminRoute } from '#app/_http/route.ts'
import { readFlow } from '#app/admin/pruefstand/readFlow.ts'
import { AppError } from '#errors'
import { openStream } from './stream.ts'

/** One order's flow as JSON, or as a stream for clients that accept `text/event-stream`. */
export const GET = adminRoute({}, async ({ ctx, params, request }) => {
  const id = params.id ?? ''
  const first = await readFlow(ctx, id)
  if (!first) throw new AppError('not_found', 'no such order')
  if (!request.headers.get('accept')?.includes('text/event-stream')) return { ...first }
  return openStream(() => readFlow(ctx, id), request.signal)
})
