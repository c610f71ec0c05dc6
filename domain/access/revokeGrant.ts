import { closeGrants } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/**
 * Ends the grant of one source; other grants of the person stay (I1, I3). Repeating keeps the first reason and time.
 * Answers how many grants this call ended. Joins the caller's transaction.
 */
export async function revokeGrant(ctx: Ctx, input: { source: string; reason: string }): Promise<{ ended: number }> {
  return { ended: await closeGrants(ctx, input.source, input.reason, ctx.clock.now()) }
}
