import { grantState } from '#domain/access/grantState.ts'
import { isOperator, type Viewer } from '#domain/access/rules.ts'
import { berlinDay } from '#domain/calendar/berlinDays.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { COURSE } from '../rules.ts'
import { checkWish, type PlanWish } from './rules.ts'
import { writeWish } from './store.ts'

/**
 * Makes or changes the viewer's plan; the feed's address stays. May be repeated. Throws `invalid_input` with a sentence
 * per field, `no_grant`, `grant_revoked`, `database_unavailable`.
 */
export async function savePlan(
  ctx: Ctx,
  input: { viewer: Viewer; weekdays: number[]; minutes: number; time: string; startsOn?: string | null },
): Promise<PlanWish> {
  const { viewer } = input
  const now = ctx.clock.now()
  const wish = checkWish(input, berlinDay(now))
  if (viewer.degraded) throw new AppError('database_unavailable')
  if (!isOperator(viewer)) {
    const { state } = await grantState(ctx, viewer.personId, COURSE)
    if (state !== 'active') throw new AppError(state === 'none' ? 'no_grant' : 'grant_revoked')
  }
  await writeWish(ctx.db, viewer.personId, wish, now)
  return wish
}
