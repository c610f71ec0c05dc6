import type { Ctx } from '#ports'

/**
 * Resend's webhook: checks the signature and stores the event once, in one commit with its job.
 * `duplicate`: it was stored before. Throws `signature_invalid`, `signature_time`, `payload_unusable`,
 * `database_unavailable` (so that Resend repeats).
 */
export async function receiveMailEvent(
  ctx: Ctx,
  raw: Buffer,
  headers: { get(name: string): string | null },
): Promise<'new' | 'duplicate'> {
  const event = ctx.mailer.readEvent(raw, headers)
  return ctx.inbox.reserve({
    source: 'resend',
    id: event.id,
    type: event.type,
    objectId: event.letterId ?? event.providerId,
    livemode: ctx.settings.livemode,
    apiVersion: null,
    raw,
    requestId: ctx.requestId,
  })
}
