import { dutyOf } from '#domain/sales/rules.ts'
import type { Ctx } from '#ports'

/**
 * Stripe's webhook: checks the signature and stores the event once, in one commit with its job. Types that
 * nobody works on are stored as ids, without a job. `duplicate`: it was stored before. Throws `unsupported_media_type`,
 * `signature_invalid`, `signature_time`, `payload_unusable`, `database_unavailable` (so that Stripe repeats).
 */
export async function receiveStripeEvent(
  ctx: Ctx,
  raw: Buffer,
  headers: { get(name: string): string | null },
): Promise<'new' | 'duplicate'> {
  const event = ctx.payments.readEvent(raw, headers)
  const ignored = dutyOf(event.type) === 'ignore'
  return ctx.inbox.reserve({
    ...event,
    source: 'stripe',
    requestId: ctx.requestId,
    ...(ignored ? { raw: null, outcome: 'ignored: type' } : {}),
  })
}
