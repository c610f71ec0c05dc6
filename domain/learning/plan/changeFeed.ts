import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { writeFeed } from './store.ts'

/**
 * `renew` makes an address for the feed, and ends the one there was; `off` ends it. The version in the address is
 * drawn, not counted: whoever switches the feed off, or deletes the plan, never gets an old address back. The address
 * outlives a session, so only a proven one may make it. Throws `unproven_session`, `not_found` without a plan,
 * `database_unavailable`.
 */
export async function changeFeed(ctx: Ctx, input: { viewer: Viewer; change: 'renew' | 'off' }): Promise<void> {
  const { viewer, change } = input
  if (viewer.degraded) throw new AppError('database_unavailable')
  if (viewer.kind !== 'proven') throw new AppError('unproven_session')
  // 28 random bits, above 0: what the column holds. The address is secret by its HMAC, not by this.
  const version = change === 'renew' ? Number.parseInt(ctx.ids.uuid().slice(0, 7), 16) + 1 : null
  if (!(await writeFeed(ctx.db, viewer.personId, version))) throw new AppError('not_found', 'no plan')
}
