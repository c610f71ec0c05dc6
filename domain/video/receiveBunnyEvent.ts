import type { Ctx } from '#ports'

/** Two equal deliveries within this time are one: Bunny sends no event id. A second ring later only fetches again. */
const SAME_MS = 60_000

/**
 * Stores a signed delivery and its job in one transaction. Bunny sends neither id nor time, so the id is made from the
 * body and the minute. Throws `signature_invalid`, `payload_unusable`, `database_unavailable`.
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
