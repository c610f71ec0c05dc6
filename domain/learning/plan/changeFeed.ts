import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { writeFeed } from './store.ts'

/**
 * `renew` makes a new address for the plan's feed and ends the former one; `off` ends it. The version in the address is
 * random, not counted, so an ended address never becomes valid again. The address outlives a session, so only a proven
 * one may change it. Throws `unproven_session`, `not_found` without a plan, `database_unavailable`.
 */
export async function changeFeed(ctx: Ctx, input: { viewer: Viewer; change: 'renew' | 'off' }): Promise<void> {
  const { viewer, change } = input
  if (viewer.degraded) throw new AppError('database_unavailable')
  if (viewer.kind !== 'proven') throw new AppError('unproven_session')
  // 28 random bits plus 1, which the column can hold. The address is kept secret by its HMAC, not by this number.
  const version = change === 'renew' ? Number.parseInt(ctx.ids.uuid().slice(0, 7), 16) + 1 : null
  if (!(await writeFeed(ctx.db, viewer.personId, version))) throw new AppError('not_found', 'no plan')
}
