import { webhookRoute } from '#app/_http/route.ts'
import { receiveStripeEvent } from '#domain/sales/receiveStripeEvent.ts'

/** Signature true, stored once together with its job, done. 400 ends Stripe's retries, 500 keeps them coming. */
export const POST = webhookRoute('stripe', ({ ctx, request, raw }) => receiveStripeEvent(ctx, raw, request.headers))
