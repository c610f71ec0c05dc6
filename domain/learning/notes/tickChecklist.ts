import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { passGate } from '../passGate.ts'
import { correctedTime } from '../rules.ts'
import { itemOf } from './checklistOf.ts'
import { TICKS_PER_REQUEST } from './noteLimits.ts'
import { type TickRow, writeTicks } from './store.ts'

/** A tick as the browser sends it: `at` and `sentAt` by its own clock. */
export interface SentTick {
  lessonId: string
  item: string
  ticked: boolean
  at: Date
  sentAt: Date
}

/**
 * Ticks items of checklists, or takes ticks back; for each item the newest corrected time wins, in whatever order they
 * come. All or none; answers the stored states after the commit. May be repeated. Throws `not_found` for an unknown
 * lesson or an item that is not (any more) in its list, `unauthenticated`, `no_grant`, `grant_revoked`, `not_released`
 * as `passGate` does, `invalid_input` (none or too many), `database_unavailable`.
 */
export async function tickChecklist(ctx: Ctx, input: { viewer: Viewer; ticks: SentTick[] }): Promise<TickRow[]> {
  const { viewer, ticks } = input
  if (viewer.degraded) throw new AppError('database_unavailable')
  if (ticks.length === 0 || ticks.length > TICKS_PER_REQUEST)
    throw new AppError('invalid_input', `${ticks.length} ticks`)
  for (const lessonId of new Set(ticks.map((tick) => tick.lessonId))) {
    const lesson = ctx.content.lesson(lessonId)
    if (!lesson) throw new AppError('not_found', `no lesson ${lessonId}`)
    await passGate(ctx, lesson, viewer)
  }
  const now = ctx.clock.now()
  const newest = new Map<string, TickRow>()
  for (const { lessonId, item, ticked, at, sentAt } of ticks) {
    if (!itemOf(ctx, lessonId, item)) throw new AppError('not_found', `no such item in ${lessonId}`)
    const tick = { lessonId, item, ticked, at: correctedTime(now, sentAt, at) }
    const known = newest.get(`${lessonId} ${item}`)
    if (!known || tick.at >= known.at) newest.set(`${lessonId} ${item}`, tick)
  }
  return writeTicks(ctx.db, viewer.personId, [...newest.values()])
}
