import { AppError } from '#errors'
import type { Lesson, ProgressReport } from '#ports'
import { goOnAt } from './goOnAt.ts'
import { clipRanges, mergeRanges, type Ranges, watchedLength } from './ranges.ts'

/** The one course, as grants name it. */
export const COURSE = 'kurs'

/** A lesson counts as done when this share of its film was watched. The lesson page says so. */
const DONE_SHARE = 0.9
/**
 * A player may report a little more than the stated length: films end between two whole seconds, playlists with a whole
 * segment.
 */
export const OVERHANG_SECONDS = 5
export const MAX_RANGES_PER_REPORT = 200
export const MAX_REPORTS_PER_REQUEST = 200
/**
 * A browser keeps unsent reports as long as it keeps anything at all. 90 days are three times the life of a login; an
 * older report more likely tells of a wrong clock.
 */
export const OLDEST_REPORT_MS = 90 * 86_400_000
/** A lesson watched for less than this does not count as started. */
const STARTED_SECONDS = 1

const bad = (field: string, sentence: string) =>
  new AppError('invalid_input', `progress report: ${field}`, { fields: { [field]: sentence } })

const isSecond = (value: number) => Number.isFinite(value) && value >= 0

/**
 * Throws `invalid_input` for what no honest player sends: no number, negative, reversed, beyond the film (plus
 * `OVERHANG_SECONDS`), or too many ranges. `lengthSeconds` is the longest length we know for the film.
 */
export function checkReport(report: Pick<ProgressReport, 'ranges' | 'position'>, lengthSeconds: number): void {
  const limit = lengthSeconds + OVERHANG_SECONDS
  if (report.ranges.length > MAX_RANGES_PER_REPORT)
    throw bad('ranges', `Höchstens ${MAX_RANGES_PER_REPORT} Abschnitte auf einmal.`)
  for (const [from, to] of report.ranges) {
    if (!isSecond(from) || !isSecond(to)) throw bad('ranges', 'Ein Abschnitt braucht zwei Zeiten ab 0 Sekunden.')
    if (to < from) throw bad('ranges', 'Ein Abschnitt endet vor seinem Anfang.')
    if (to > limit) throw bad('ranges', 'Ein Abschnitt liegt hinter dem Ende des Films.')
  }
  const position = report.position ?? 0
  if (!isSecond(position) || position > limit) throw bad('position', 'Die Stelle liegt nicht im Film.')
}

/**
 * Seconds as reported → whole milliseconds, rounded to the nearest and cut at the film's end plus `OVERHANG_SECONDS`.
 */
export const reportedRanges = (ranges: readonly (readonly [number, number])[], lengthSeconds: number): Ranges =>
  clipRanges(
    ranges.map(([from, to]): [number, number] => [Math.round(from * 1000), Math.round(to * 1000)]),
    Math.round((lengthSeconds + OVERHANG_SECONDS) * 1000),
  )

/**
 * When a report happened by our clock. A browser's clock may be wrong, but the time between `at` and `sentAt` is right.
 * Never in the future. An age of more than 90 days means that the clock was set right in between (an empty battery
 * starts it in 1970 or 2020); then all we know is when the report arrived.
 */
export function correctedTime(now: Date, sentAt: Date, at: Date): Date {
  const age = sentAt.getTime() - at.getTime()
  return age > 0 && age <= OLDEST_REPORT_MS ? new Date(now.getTime() - age) : now
}

/** One learner's state of one lesson, in our units (milliseconds, instants). */
export interface LessonProgress {
  lessonId: string
  ranges: Ranges
  positionMs: number
  positionAt: Date
  doneMark: boolean | null
  doneMarkAt: Date | null
  completedAt: Date | null
}

/**
 * The join of two states: union of ranges, newest position, newest tick; ties by value, so that the result is the same
 * in whatever order states meet. The SQL in `store.ts` says the same; a test compares them.
 */
export function joinProgress(a: LessonProgress, b: LessonProgress): LessonProgress {
  const order = (left: [number, number], right: [number, number]) => left[0] - right[0] || left[1] - right[1]
  const position = order([a.positionAt.getTime(), a.positionMs], [b.positionAt.getTime(), b.positionMs]) >= 0 ? a : b
  const tick = (state: LessonProgress): [number, number] => [state.doneMarkAt?.getTime() ?? -1, Number(state.doneMark)]
  const mark = order(tick(a), tick(b)) >= 0 ? a : b
  const completed = [a.completedAt, b.completedAt].filter((at) => at !== null).sort((x, y) => x.getTime() - y.getTime())
  return {
    lessonId: a.lessonId,
    ranges: mergeRanges(a.ranges, b.ranges),
    positionMs: position.positionMs,
    positionAt: position.positionAt,
    doneMark: mark.doneMark,
    doneMarkAt: mark.doneMarkAt,
    completedAt: completed[0] ?? null,
  }
}

/** Milliseconds that must have been watched before a lesson of this length (seconds) counts as done. */
export const doneThresholdMs = (lengthSeconds: number) => Math.ceil(lengthSeconds * 1000 * DONE_SHARE)

/** The tick by hand decides, done or not; without one, whether enough was watched. */
export const isDone = (state: Pick<LessonProgress, 'doneMark' | 'completedAt'>) =>
  state.doneMark ?? state.completedAt !== null

export const isStarted = (state: Pick<LessonProgress, 'ranges' | 'positionMs'>) =>
  state.positionMs >= STARTED_SECONDS * 1000 || watchedLength(state.ranges) >= STARTED_SECONDS * 1000

/** Whole per cent of the film that was watched, rounded down: 100 only when all of it was. */
export function watchedPercent(ranges: Ranges, lengthSeconds: number): number {
  if (lengthSeconds <= 0) return 0
  return Math.min(100, Math.floor((watchedLength(ranges) / (lengthSeconds * 1000)) * 100))
}

/** Second at which playback goes on; 0 when nothing was seen or the film was at its end. */
export function resumeSecond(state: Pick<LessonProgress, 'positionMs'> | null, lengthSeconds: number): number {
  return goOnAt((state?.positionMs ?? 0) / 1000, lengthSeconds)
}

/** A lesson's state as the browser gets it: seconds and ISO instants. */
export interface ProgressState {
  lessonId: string
  /** Seconds, sorted, disjoint. */
  ranges: [number, number][]
  watchedSeconds: number
  percent: number
  /** Seconds. */
  position: number
  positionAt: string
  done: boolean
  /** The tick by hand; null = never touched. */
  doneMark: boolean | null
  completedAt: string | null
}

export function progressState(state: LessonProgress, lengthSeconds: number): ProgressState {
  return {
    lessonId: state.lessonId,
    ranges: state.ranges.map(([from, to]): [number, number] => [from / 1000, to / 1000]),
    watchedSeconds: watchedLength(state.ranges) / 1000,
    percent: watchedPercent(state.ranges, lengthSeconds),
    position: state.positionMs / 1000,
    positionAt: state.positionAt.toISOString(),
    done: isDone(state),
    doneMark: state.doneMark,
    completedAt: state.completedAt?.toISOString() ?? null,
  }
}

export interface NextInput {
  lesson: Pick<Lesson, 'id' | 'number'>
  /** May be watched now. */
  open: boolean
  done: boolean
  started: boolean
  lastAt: Date | null
}

/**
 * „Weiter“: the lesson watched last, if it is open and not done; else the first open, undone lesson after it; else the
 * first one anywhere; null when nothing is left to do now.
 */
export function nextLesson<Row extends NextInput>(rows: Row[]): Row | null {
  const todo = rows.filter((row) => row.open && !row.done)
  const touched = rows
    .filter((row) => row.lastAt !== null)
    .sort((a, b) => b.lastAt!.getTime() - a.lastAt!.getTime() || b.lesson.number - a.lesson.number)[0]
  if (!touched) return todo[0] ?? null
  if (touched.open && !touched.done && touched.started) return touched
  return todo.find((row) => row.lesson.number > touched.lesson.number) ?? todo[0] ?? null
}
