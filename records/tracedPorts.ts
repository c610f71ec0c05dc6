import { traceparentIn } from '#libs/traceContext.ts'
import type { Inbox, Mailer, Payments, Trace } from '#ports'

/**
 * The ports that lead outside, with an arrow for every call. Names and ids only: no address, no amount, no body ever
 * reaches a span (I6).
 */
export function tracePayments(payments: Payments, trace: Trace): Payments {
  const call = <T>(name: string, detail: Record<string, string | null | undefined>, work: () => Promise<T>) =>
    trace.span(name, { to: 'stripe', detail: present(detail) }, work)
  return {
    ...payments,
    createCheckout: (input) => call('create checkout', { order: input.orderId }, () => payments.createCheckout(input)),
    expireCheckout: (session) => call('expire checkout', { session }, () => payments.expireCheckout(session)),
    getCheckout: (session, ...more) => call('get checkout', { session }, () => payments.getCheckout(session, ...more)),
    findSessionId: (reference) => call('find session', reference, () => payments.findSessionId(reference)),
    getPrice: (reference) => call('get price', {}, () => payments.getPrice(reference)),
    refund: (input) => call('refund', { payment: input.paymentIntentId }, () => payments.refund(input)),
    listEvents: (input) => call('list events', {}, () => payments.listEvents(input)),
    listCompletedSessions: (input) => call('list sessions', {}, () => payments.listCompletedSessions(input)),
  }
}

export const traceMailer = (mailer: Mailer, trace: Trace): Mailer => ({
  ...mailer,
  sendEmail: (message) =>
    trace.span(
      'send letter',
      { to: 'resend', begun: true, detail: present({ kind: message.tags.kind, letter: message.idempotencyKey }) },
      async (step) => {
        const sent = await mailer.sendEmail(message)
        Object.assign(step.detail, present({ mail: sent.providerId }))
        if (sent.providerId === null) step.outcome = 'already there'
        return sent
      },
    ),
})

/**
 * A delivery continues the trace that its metadata or tags carry, and hands it to the job. Without one there is no
 * arrow: most deliveries on a shared account are not ours.
 */
export const traceInbox = (inbox: Inbox, trace: Trace): Inbox => ({
  ...inbox,
  reserve: async (event) => {
    const traceparent = event.traceparent ?? (event.raw ? traceparentIn(event.raw) : null)
    if (!traceparent) return inbox.reserve(event)
    const from = event.source === 'resend' ? 'resend' : 'stripe'
    const arrow = { from, to: 'webhook', detail: present({ event: event.id, object: event.objectId }) } as const
    return trace.continue(traceparent, () =>
      trace.span(event.type, arrow, async (step) => {
        const verdict = await inbox.reserve({ ...event, traceparent: trace.traceparent() })
        step.outcome = verdict
        if (event.outcome !== undefined) step.detail.kept = 'ids'
        return verdict
      }),
    )
  },
})

const present = (detail: Record<string, string | null | undefined>) =>
  Object.fromEntries(Object.entries(detail).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
