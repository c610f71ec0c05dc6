import type { Viewer } from '#domain/access/rules.ts'
import { addDays, berlinDay } from '#domain/calendar/berlinDays.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { checkDay } from './rules.ts'
import { writeStart } from './store.ts'

/**
 * Plans nothing before the day `until` („2026-12-07“), at the earliest tomorrow; null ends the pause today. Throws
 * `invalid_input` with `fields.until`, `not_found` without a plan, `database_unavailable`.
 */
export async function pausePlan(ctx: Ctx, input: { viewer: Viewer; until: string | null }): Promise<void> {
  const { viewer, until } = input
  const now = ctx.clock.now()
  const today = berlinDay(now)
  const startsOn = until === null ? today : checkDay(until, 'until', today, addDays(today, 1))
  if (viewer.degraded) throw new AppError('database_unavailable')
  if (!(await writeStart(ctx.db, viewer.personId, startsOn, now))) throw new AppError('not_found', 'no plan')
}
