import { insertLoginToken } from '#domain/access/store.ts'
import { linkEnd } from '#domain/access/welcomeIn.ts'
import type { Ctx } from '#ports'

/**
 * Makes the link of a welcome letter valid: single use, 7 days from now, which `startLinkClock` prolongs at the
 * hand-over. Only its hash is stored; the letter computes the token when it is rendered. Call in the transaction that
 * queues the letter; repeating changes nothing.
 */
export async function prepareWelcomeLink(ctx: Ctx, input: { letterId: string; personId: string }): Promise<void> {
  const now = ctx.clock.now()
  await insertLoginToken(ctx, {
    id: input.letterId,
    personId: input.personId,
    purpose: 'welcome',
    tokenHash: ctx.tokens.sha256(ctx.tokens.linkToken(input.letterId, ctx.tokens.linkKeyId)),
    createdAt: now,
    expiresAt: linkEnd('welcome', now),
  })
}
