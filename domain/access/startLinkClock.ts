import { setTokenExpiry } from '#domain/access/store.ts'
import { linkEnd } from '#domain/access/welcomeIn.ts'
import type { Ctx } from '#ports'

/**
 * A link's time runs from the moment its letter was handed over, not from when it was asked for. Called after the
 * hand-over, for every kind of letter; may be repeated. If a crash prevents the call, the link keeps its first end,
 * which for login links allows for the waiting time.
 */
export async function startLinkClock(
  ctx: Ctx,
  input: { letterId: string; kind: string; handedOverAt: Date },
): Promise<void> {
  if (input.kind !== 'login' && input.kind !== 'welcome') return
  await setTokenExpiry(ctx, input.letterId, input.kind, linkEnd(input.kind, input.handedOverAt))
}
