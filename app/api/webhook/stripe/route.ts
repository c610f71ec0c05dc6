import { webhookRoute } from '#app/_http/route.ts'
import { dutyOf } from '#domain/sales/rules.ts'
import { AppError, isAppError } from '#errors'
import { verifyStripeEvent } from '#libs/stripeWebhook.ts'
import { traceparentIn } from '#libs/traceContext.ts'
import { platform } from '#platform'

/**
 * Stripe's door: signature true, stored once together with its job, 2xx. Nothing is worked here. 400 ends Stripe's
 * retries, 500 (the database is away) keeps them coming. Types nobody works on are stored as ids, without a job.
 */
export const POST = webhookRoute('stripe', async ({ ctx, request, raw }) => {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
    throw new AppError('unsupported_media_type', 'a Stripe event is JSON')
  const { webhookSecrets } = platform().config.stripe
  const event = verifyStripeEvent(raw, request.headers.get('stripe-signature'), webhookSecrets, ctx.clock.now())
  const ignored = dutyOf(event.type) === 'ignore'
  const stored = await ctx.inbox
    .reserve({
      ...event,
      source: 'stripe',
      traceparent: traceparentIn(raw),
      requestId: ctx.requestId,
      ...(ignored ? { raw: null, outcome: 'ignored: type' } : {}),
    })
    .catch((error) => {
      if (isAppError(error) && error.code === 'database_unavailable')
        throw new AppError('internal', 'database away, Stripe will retry', { cause: error })
      throw error
    })
  return stored === 'new' ? { ok: true } : { ok: true, duplicate: true }
})
