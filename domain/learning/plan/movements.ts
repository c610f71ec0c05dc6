import { berlinDay } from '#domain/calendar/berlinDays.ts'
import { berlinInstant } from '#domain/calendar/berlinTime.ts'
import type { Ctx } from '#ports'
import { rulesChangedAt } from '../releases/store.ts'
import { settingsChangedAt } from '../settings/store.ts'
import { progressChangedAt } from '../store.ts'
import { carriedOverOn } from './rules.ts'
import type { PlanRow } from './store.ts'

/**
 * When each thing that moves a person's appointments last changed: their wish, what they watched or ticked, their
 * speed, a rule of release, and the midnight after the last planned day, at which the rest of that day moved on.
 * Changes without a stored time (another film, a new text) are not among them. Throws `database_unavailable`.
 */
export async function movements(ctx: Ctx, personId: string, row: PlanRow | null): Promise<Date[]> {
  const known = await Promise.all([
    progressChangedAt(ctx.db, personId),
    settingsChangedAt(ctx.db, personId),
    rulesChangedAt(ctx.db, personId),
  ])
  const carried = row && carriedOverOn(row, berlinDay(ctx.clock.now()))
  const midnight = carried ? berlinInstant(`${carried}T00:00`) : null
  return [row?.changedAt, ...known, midnight].filter((at) => at != null)
}
