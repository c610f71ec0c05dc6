import type { Viewer } from '#domain/access/rules.ts'
import { addDays, berlinDay, isDay, mondayOf } from '#domain/calendar/berlinDays.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { notesBegun } from '../notes/notesBegun.ts'
import { readLearningDays, readProgressRows } from '../store.ts'
import { type Week, weekOf } from './rules.ts'

export interface WeekView extends Week {
  /** Monday of the week before; null for the first week there is. */
  previous: string | null
  /** Monday of the week after; null for this week. */
  next: string | null
  isThisWeek: boolean
  /** Notes and bookmarks begun in this week and not deleted since. */
  written: { notes: number; bookmarks: number }
}

/** The first week that can be asked for; the course is not older. */
const FIRST_MONDAY = '2026-01-05'

/**
 * What this learner did in the week of `day` („2026-11-23“, any day of the week), this week if absent. Throws
 * `invalid_input` with `fields.woche` for what is no day, before 2026 or in a future week; `database_unavailable`.
 */
export async function weekView(ctx: Ctx, input: { viewer: Viewer; day?: string | null }): Promise<WeekView> {
  const { viewer } = input
  const thisMonday = mondayOf(berlinDay(ctx.clock.now()))
  const asked = input.day ?? thisMonday
  if (!isDay(asked) || asked < FIRST_MONDAY || mondayOf(asked) > thisMonday)
    throw new AppError('invalid_input', 'no such week', {
      fields: { woche: 'Diese Woche gibt es nicht. Nimm ein Datum wie 2026-11-23, das nicht in der Zukunft liegt.' },
    })
  const monday = mondayOf(asked)
  if (viewer.degraded) throw new AppError('database_unavailable')
  const sunday = addDays(monday, 6)
  const [progress, watchedMs, written] = await Promise.all([
    readProgressRows(ctx.db, viewer.personId),
    readLearningDays(ctx.db, viewer.personId, monday, sunday),
    notesBegun(ctx, { viewer, from: monday, to: sunday }),
  ])
  return {
    ...weekOf(monday, { lessons: ctx.content.course().lessons, progress, watchedMs }),
    previous: monday > FIRST_MONDAY ? addDays(monday, -7) : null,
    next: monday < thisMonday ? addDays(monday, 7) : null,
    isThisWeek: monday === thisMonday,
    written,
  }
}
