import type Stripe from 'stripe'
import type { ListedEvent, Payments, RefundFact } from '#ports'

/** What we ask of Stripe after a sale: refunds, and the lists that the reconciler compares our rows with. */

type Input<Name extends keyof Payments> = Parameters<Payments[Name]>[0]

/** Metadata of the refund names the audit entry, so that Stripe's Dashboard shows who asked. */
export async function createRefund(stripe: Stripe, input: Input<'refund'>): Promise<RefundFact> {
  const refund = await stripe.refunds.create(
    {
      payment_intent: input.paymentIntentId,
      ...(input.amount === null ? {} : { amount: input.amount }),
      metadata: input.metadata,
    },
    { idempotencyKey: input.idempotencyKey },
  )
  return asRefundFact(refund)
}

export const asRefundFact = (refund: Stripe.Refund): RefundFact => ({
  id: refund.id,
  amount: refund.amount,
  status: refund.status ?? 'unknown',
  failureReason: refund.failure_reason ?? null,
  createdAt: new Date(refund.created * 1000),
  askedBy: refund.metadata?.asked_by ?? null,
})

export async function listEvents(stripe: Stripe, input: Input<'listEvents'>) {
  const page = await stripe.events.list({
    types: input.types,
    created: { gte: Math.floor(input.since.getTime() / 1000) },
    limit: input.limit,
    ...(input.after ? { starting_after: input.after } : {}),
  })
  return { events: page.data.map(asListedEvent), more: page.has_more }
}

/** The event's JSON stands in for the bytes that never came: whoever reads it later refetches anyway. */
function asListedEvent(event: Stripe.Event): ListedEvent {
  const object = event.data.object as { id?: string }
  return {
    id: event.id,
    type: event.type,
    objectId: object.id ?? null,
    livemode: event.livemode,
    apiVersion: event.api_version ?? null,
    createdAt: new Date(event.created * 1000),
    raw: Buffer.from(JSON.stringify(event)),
  }
}

export async function listCompletedSessions(stripe: Stripe, input: Input<'listCompletedSessions'>) {
  const page = await stripe.checkout.sessions.list({
    status: 'complete',
    created: { gte: Math.floor(input.since.getTime() / 1000) },
    limit: input.limit,
    ...(input.after ? { starting_after: input.after } : {}),
  })
  const sessionIds = page.data.map(({ id }) => id)
  return { sessionIds, last: sessionIds.at(-1) ?? null, more: page.has_more }
}
