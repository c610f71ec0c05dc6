import { handleStripeEvent } from '#domain/sales/handleStripeEvent.ts'
import type { Ctx, JobPayloads } from '#ports'

export const stripeEvent = (ctx: Ctx, job: JobPayloads['stripe.event']) => handleStripeEvent(ctx, job.eventId)
