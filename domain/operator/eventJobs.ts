import type { InboxEvent, JobName } from '#ports'

/** Whose event → the job that works it. */
export const eventJobs = {
  stripe: 'stripe.event',
  bunny: 'bunny.event',
  resend: 'resend.event',
} as const satisfies Record<InboxEvent['source'], JobName>
