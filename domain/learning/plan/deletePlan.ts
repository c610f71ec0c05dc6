import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { removePlan } from './store.ts'

/** Deletes the plan and with it the feed; may be repeated. Throws `database_unavailable`. */
export async function deletePlan(ctx: Ctx, viewer: Viewer): Promise<void> {
  if (viewer.degraded) throw new AppError('database_unavailable')
  await removePlan(ctx.db, viewer.personId)
}
