import { webhookRoute } from '#app/_http/route.ts'
import { receiveBunnyEvent } from '#domain/video/receiveBunnyEvent.ts'
import { AppError, isAppError } from '#errors'

/** Bunny's door: signature true, our library, stored once with its job, 2xx. The job fetches the film again. */
export const POST = webhookRoute('bunny', async ({ ctx, request, raw }) => {
  const stored = await receiveBunnyEvent(ctx, { raw, headers: request.headers }).catch((error) => {
    if (isAppError(error) && error.code === 'database_unavailable')
      throw new AppError('internal', 'database away', { cause: error })
    throw error
  })
  return stored === 'new' ? { ok: true } : { ok: true, duplicate: true }
})
