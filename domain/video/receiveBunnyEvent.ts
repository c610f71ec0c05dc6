import type { Ctx } from '#ports'

/** Bunny sends no event id: equal deliveries within this time count as one. A later one only fetches the film again. */
const SAME_MS = 60_000

/**
 * Bunny's webhook: checks the signature and stores the delivery once, in one commit with its job. Bunny
 * sends neither id nor time, so the id is made from film, status and minute. Throws `signature_invalid`,
 * `payload_unusable`, `database_unavailable`.
 */
export async function receiveBunnyEvent(
  ctx: Ctx,
  raw: Buffer,
  headers: { get(name: string): string | null },
): Promise<'new' | 'duplicate'> {
  const event = ctx.videos.readEvent(raw, headers)
  const minute = Math.floor(ctx.clock.now().getTime() / SAME_MS)
  return ctx.inbox.reserve({
    source: 'bunny',
    id: ctx.ids.fromName(`bunny:${event.guid}:${event.webhookStatus}:${minute}`),
    type: `video.${event.webhookStatus}`,
    objectId: event.guid,
    livemode: ctx.settings.livemode,
    apiVersion: null,
    raw,
    requestId: ctx.requestId,
  })
}
