import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { cancelOpen } from './store.ts'

/**
 * Takes the wish back; both links end. Without an open wish nothing happens. Throws `unproven_session`,
 * `database_unavailable`.
 */
export async function cancelAddressChange(ctx: Ctx, viewer: Viewer): Promise<void> {
  if (viewer.degraded) throw new AppError('database_unavailable')
  if (viewer.kind !== 'proven') throw new AppError('unproven_session')
  await cancelOpen(ctx, viewer.personId, ctx.clock.now())
}
