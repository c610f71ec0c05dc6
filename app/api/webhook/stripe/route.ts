import { webhookRoute } from '#app/_http/webhookRoute.ts'
import { receiveStripeEvent } from '#domain/sales/receiveStripeEvent.ts'

/** Checks the signature and stores the event once with its job. 400 ends Stripe's retries, 500 makes it repeat. */
export const POST = webhookRoute('stripe', ({ ctx, request, raw }) => receiveStripeEvent(ctx, raw, request.headers))
