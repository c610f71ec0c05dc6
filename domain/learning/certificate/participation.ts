import type { Viewer } from '#domain/access/rules.ts'
import { berlinDay, type Day } from '#domain/calendar/berlinDays.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { type CourseTotals, courseView, type LessonRow, type ModuleRow } from '../courseView.ts'
import { readProgressRows } from '../store.ts'
import { doneAt } from '../week/rules.ts'
import { type Certificate, findByPerson } from './store.ts'

export interface Participation {
  /** Null: none yet. Once written it stays, whatever becomes of access, ticks and course. */
  certificate: Certificate | null
  /** Every lesson that counts is done, by the count or the tick. */
  complete: boolean
  totals: CourseTotals
  modules: ModuleRow[]
  /** Lessons that count and are not done, in the order of the course. */
  missing: LessonRow[]
  /** The day in Berlin on which the last of them was done; null while some are missing. */
  completedOn: Day | null
}

/**
 * How far the viewer is from the Teilnahmebestätigung. Throws `no_grant` for somebody without access who has none yet,
 * `database_unavailable`.
 */
export async function participation(ctx: Ctx, viewer: Viewer): Promise<Participation> {
  if (viewer.degraded) throw new AppError('database_unavailable')
  const [certificate, view, progress] = await Promise.all([
    findByPerson(ctx.db, viewer.personId),
    courseView(ctx, viewer),
    readProgressRows(ctx.db, viewer.personId),
  ])
  if (view.degraded) throw new AppError('database_unavailable')
  if (!certificate && view.access !== 'active') throw new AppError('no_grant')
  const counted = view.modules.flatMap((module) => module.lessons).filter(({ counts }) => counts)
  const missing = counted.filter(({ state }) => state !== 'done')
  const complete = view.access === 'active' && counted.length > 0 && missing.length === 0
  const ids = new Set(counted.map(({ id }) => id))
  const moments = progress.filter(({ lessonId }) => ids.has(lessonId)).flatMap((state) => doneAt(state) ?? [])
  const last = Math.max(...moments.map((at) => at.getTime()))
  return {
    certificate,
    complete,
    totals: view.totals,
    modules: view.modules,
    missing,
    completedOn: complete ? berlinDay(new Date(last)) : null,
  }
}
