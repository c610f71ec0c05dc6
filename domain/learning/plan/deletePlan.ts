import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { removePlan } from './store.ts'

/** The plan and its feed are gone; twice is as good as once. Throws `database_unavailable`. */
export async function deletePlan(ctx: Ctx, viewer: Viewer): Promise<void> {
  if (viewer.degraded) throw new AppError('database_unavailable')
  await removePlan(ctx.db, viewer.personId)
}
