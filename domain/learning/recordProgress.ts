import type { Viewer } from '#domain/access/rules.ts'
import { filmsOfLessons } from '#domain/video/filmsOfLessons.ts'
import { AppError, type ErrorCode, isAppError, isDatabaseAway } from '#errors'
import type { Ctx, JournalEntry, Lesson, ProgressReport } from '#ports'
import { passGate } from './passGate.ts'
import { watchedLength } from './ranges.ts'
import {
  checkReport,
  correctedTime,
  doneThresholdMs,
  joinProgress,
  type LessonProgress,
  MAX_REPORTS_PER_REQUEST,
  type ProgressState,
  progressState,
  reportedRanges,
} from './rules.ts'
import { type ProgressWrite, writeProgressGrouped } from './store.ts'

const RETRY_SECONDS = 30

/** A report as the browser sends it: `at` and `sentAt` by its own clock. */
export type SentReport = Omit<ProgressReport, 'at'> & { at: Date; sentAt: Date }

export interface RecordedProgress {
  /** `journal`: on our disk, not yet in the database; the browser keeps its copy. */
  stored: 'database' | 'journal'
  /** Merged states, one per accepted lesson; empty for `journal`. */
  lessons: ProgressState[]
  /** Reports of a list that were refused while others were taken. */
  refused: { lessonId: string; code: ErrorCode }[]
}

/**
 * Takes reports of one learner: checks them and the right to watch, corrects the browser's clock, joins them into the
 * stored state and answers after the commit, which many learners share. Reports may be repeated, late and in any order.
 * While the database is away they go to the journal, synced to disk. One bad report refuses all: throws
 * `invalid_input`, `not_found` (no such lesson). Throws `no_grant`, `grant_revoked` or `not_released` when every lesson
 * is refused, and `database_unavailable` when the journal cannot be written either.
 */
export async function recordProgress(
  ctx: Ctx,
  input: { viewer: Viewer; reports: SentReport[] },
): Promise<RecordedProgress> {
  const { viewer, reports } = input
  if (reports.length === 0 || reports.length > MAX_REPORTS_PER_REQUEST)
    throw new AppError('invalid_input', `${reports.length} reports`)
  const now = ctx.clock.now()
  const filmOf = await filmsOfLessons(ctx)
  const checked = reports.map((report) => {
    const lesson = ctx.content.lesson(report.lessonId)
    if (!lesson) throw new AppError('not_found', `no lesson ${report.lessonId}`)
    const film = filmOf(lesson)?.length ?? lesson.durationSeconds
    checkReport(report, Math.max(film, lesson.durationSeconds))
    return { lesson, lengthSeconds: film, report: corrected(report, lesson, now) }
  })
  const { allowed, refused } = await passGates(ctx, viewer, checked)
  const first = refused[0]
  if (allowed.length === 0 && first) throw first.error
  const refusals = refused.map(({ lessonId, error }) => ({ lessonId, code: error.code }))
  try {
    if (viewer.degraded) throw new AppError('database_unavailable')
    const lessons = await store(ctx, viewer.personId, allowed)
    return { stored: 'database', lessons, refused: refusals }
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    const entries = allowed.map(
      ({ report }): JournalEntry => ({
        kind: 'progress',
        personId: viewer.personId,
        at: now.toISOString(),
        data: report,
      }),
    )
    await ctx.journal.append(entries).catch((cause) => {
      // Neither the database nor our disk (full, read-only): the browser keeps its copy and sends it again.
      throw new AppError('database_unavailable', 'the journal cannot be written', { cause, retryAfter: RETRY_SECONDS })
    })
    return { stored: 'journal', lessons: [], refused: refusals }
  }
}

interface Checked {
  lesson: Lesson
  /** Seconds. */
  lengthSeconds: number
  report: ProgressReport
}

const corrected = (report: SentReport, lesson: Lesson, now: Date): ProgressReport => ({
  lessonId: lesson.id,
  ranges: report.ranges,
  position: report.position,
  done: report.done,
  clientId: report.clientId,
  at: correctedTime(now, report.sentAt, report.at).toISOString(),
})

async function passGates(ctx: Ctx, viewer: Viewer, checked: Checked[]) {
  const refused: { lessonId: string; error: AppError }[] = []
  const verdicts = new Map<string, boolean>()
  for (const lesson of new Set(checked.map((item) => item.lesson))) {
    try {
      await passGate(ctx, lesson, viewer)
      verdicts.set(lesson.id, true)
    } catch (error) {
      if (!isAppError(error)) throw error
      refused.push({ lessonId: lesson.id, error })
    }
  }
  return { allowed: checked.filter((item) => verdicts.has(item.lesson.id)), refused }
}

async function store(ctx: Ctx, personId: string, allowed: Checked[]): Promise<ProgressState[]> {
  const perLesson = Map.groupBy(allowed, (item) => item.lesson)
  return Promise.all(
    [...perLesson.values()].map(async (items) => {
      const { lengthSeconds } = items[0]!
      const merged = await writeProgressGrouped(
        ctx.db,
        asWrite(
          personId,
          lengthSeconds,
          items.map((item) => item.report),
        ),
      )
      return progressState(merged, lengthSeconds)
    }),
  )
}

/** Joins one learner's reports about one lesson into the one state that is written. */
export function asWrite(personId: string, lengthSeconds: number, reports: ProgressReport[]): ProgressWrite {
  const thresholdMs = doneThresholdMs(lengthSeconds)
  const state = reports.map((report) => asProgress(report, lengthSeconds)).reduce(joinProgress)
  const watchedAt = watchedAtOf(reports)
  const complete = watchedLength(state.ranges) >= thresholdMs
  return { personId, thresholdMs, watchedAt, state: { ...state, completedAt: complete ? watchedAt : null } }
}

/** When these reports last tell of watched film; without any, the time of the newest report. */
function watchedAtOf(reports: ProgressReport[]): Date {
  const told = reports.filter(({ ranges }) => ranges.length > 0)
  return new Date(Math.max(...(told.length > 0 ? told : reports).map(({ at }) => Date.parse(at))))
}

const NEVER = new Date(0)

/** A report as a state; without a position (only a tick) it never replaces a stored position. */
function asProgress(report: ProgressReport, lengthSeconds: number): LessonProgress {
  const at = new Date(report.at)
  return {
    lessonId: report.lessonId,
    ranges: reportedRanges(report.ranges, lengthSeconds),
    positionMs: Math.round(Math.min(report.position ?? 0, lengthSeconds) * 1000),
    positionAt: report.position === undefined ? NEVER : at,
    doneMark: report.done ?? null,
    doneMarkAt: report.done === undefined ? null : at,
    completedAt: null,
  }
}
