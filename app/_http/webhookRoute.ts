import { bodyLimits, readBytes, requestIdOf } from '#app/_http/request.ts'
import { errorResponse, json, toAppError } from '#app/_http/respond.ts'
import type { Handler } from '#app/_http/route.ts'
import { noteRefusedDelivery } from '#domain/operator/noteRefusedDelivery.ts'
import { AppError } from '#errors'
import { ctxFor } from '#platform'
import type { Ctx, InboxEvent } from '#ports'

/**
 * A route for signed deliveries: raw bytes within `bodyLimits.webhook`, no CSRF rule (the signature is the proof), no
 * session. The handler gets the bytes as they came and says whether they are new. While the database is away it answers
 * 500, and every sender repeats.
 */
export function webhookRoute(
  source: InboxEvent['source'],
  handler: (call: { ctx: Ctx; request: Request; raw: Buffer }) => Promise<'new' | 'duplicate'>,
): Handler {
  return async (request) => {
    const ctx = ctxFor(requestIdOf(request.headers))
    try {
      const raw = await readBytes(request, bodyLimits.webhook)
      const stored = await handler({ ctx, request, raw })
      return json(stored === 'new' ? { ok: true } : { ok: true, duplicate: true }, { requestId: ctx.requestId })
    } catch (error) {
      const refused = toAppError(error)
      noteRefusedDelivery(ctx, source, refused)
      // A sender repeats on 5xx only: our own refusals (400, 413) end its retries, our faults must not.
      const fault =
        refused.code === 'database_unavailable' ? new AppError('internal', 'database away', { cause: error }) : error
      return errorResponse(fault, ctx.requestId, ctx.log)
    }
  }
}
