import { grantState } from '#domain/access/grantState.ts'
import { isOperator, type Viewer } from '#domain/access/rules.ts'
import { filmsOfLessons } from '#domain/video/filmsOfLessons.ts'
import { isDatabaseAway } from '#errors'
import type { Course, Ctx, Lesson } from '#ports'
import { watchedLength } from './ranges.ts'
import {
  type Holding,
  noChange,
  type Release,
  type ReleaseOverrides,
  releaseWithoutDatabase,
  rememberMoments,
  ruleFor,
} from './releases/release.ts'
import { overridesFor } from './releases/schedule.ts'
import { rememberedGrant, rememberGrant } from './rememberedGrants.ts'
import { COURSE, isDone, isStarted, type LessonProgress, nextLesson, resumeSecond, watchedPercent } from './rules.ts'
import { readOpened, readProgressRows } from './store.ts'

/**
 * `done`: 90 % watched or ticked · `started` · `open`: may be watched, not begun · `new`: open, added after the
 * purchase and not opened yet · `locked`: `lock` says why.
 */
export type LessonState = 'done' | 'started' | 'open' | 'new' | 'locked'
/**
 * `login`: nobody is logged in · `no_grant`: never bought · `grant_revoked`: access ended · `not_released`: `opensAt`
 * says when.
 */
export type Lock = 'login' | 'no_grant' | 'grant_revoked' | 'not_released'

export interface LessonRow {
  id: string
  slug: string
  number: number
  moduleId: string
  title: string
  goal: string
  free: boolean
  /** False while only the outline exists. */
  written: boolean
  hasCaptions: boolean
  hasFilm: boolean
  /** Seconds: the film as measured, else the outline's. */
  durationSeconds: number
  state: LessonState
  /** False for a lesson added after the purchase, until it is done: added lessons never lower a percentage. */
  counts: boolean
  lock: Lock | null
  /** When it opens (or opened); null without a date. */
  opensAt: Date | null
  /** Whole per cent of the film that was watched. */
  percent: number
  watchedSeconds: number
  /** Second at which „Weiter“ goes on. */
  resumeAt: number
  /** Watched parts in seconds, for the band above the film. */
  ranges: [number, number][]
  /** The tick by hand; null = never touched. */
  doneMark: boolean | null
}

export interface ModuleRow {
  id: string
  number: number
  title: string
  subtitle: string
  tool: string
  goal: string
  /** Lessons that count. */
  total: number
  done: number
  /** Whole minutes of all its films, rounded. */
  minutes: number
  watchedSeconds: number
  durationSeconds: number
  /** What is left to watch in its lessons that are not done, those that do not count included. */
  remainingSeconds: number
  percent: number
  lessons: LessonRow[]
}

export interface CourseTotals {
  lessons: number
  done: number
  durationSeconds: number
  watchedSeconds: number
  /** What is left to watch in all lessons that are not done, whether or not they count. */
  remainingSeconds: number
  /**
   * Whole per cent, shown by the Zollstock: a done lesson counts whole, any other by what was watched. Added lessons
   * never lower it; taking back a tick does.
   */
  percent: number
}

export interface CourseNext {
  lesson: LessonRow
  module: { id: string; number: number; title: string }
  /** Second; with it „Weiter bei Lektion 14, 0:42“. */
  resumeAt: number
  /** Seconds left in this lesson. */
  remainingSeconds: number
  started: boolean
}

export interface CourseView {
  id: string
  title: string
  modules: ModuleRow[]
  totals: CourseTotals
  /** null: nothing to do now (all done, or nothing open). */
  next: CourseNext | null
  /** The next lesson that will open, if any is still to come. */
  opensNext: { lesson: LessonRow; at: Date } | null
  access: 'active' | 'revoked' | 'none' | 'anonymous'
  /** True: the database is away; progress is not shown, everything comes from `content/`. */
  degraded: boolean
}

interface Facts {
  access: CourseView['access']
  startsAt: Date | null
  /** null: not known, the database is away. */
  holdings: Holding[] | null
  progress: Map<string, LessonProgress>
  opened: Set<string>
  overrides: ReleaseOverrides
  degraded: boolean
}

/**
 * The course as this viewer may see it, with releases, progress, totals and „Weiter“. While the database is away it
 * answers from `content/`, without progress (`degraded`).
 */
export async function courseView(ctx: Ctx, viewer: Viewer | null): Promise<CourseView> {
  const [facts, filmOf] = await Promise.all([readFacts(ctx, viewer), filmsOfLessons(ctx)])
  const course = ctx.content.course()
  const now = ctx.clock.now()
  const releaseOf = releases(ctx, facts, now)
  const rows = new Map(
    course.lessons.map((lesson) => [lesson.id, lessonRow(lesson, filmOf(lesson), facts, releaseOf(lesson))]),
  )
  const modules = course.modules.map((module) =>
    moduleRow(
      module,
      module.lessons.map((one) => rows.get(one.id)!),
    ),
  )
  return {
    id: course.id,
    title: course.title,
    modules,
    totals: totalsOf([...rows.values()]),
    next: nextOf(course, rows, facts),
    opensNext: opensNextOf([...rows.values()], now),
    access: facts.access,
    degraded: facts.degraded,
  }
}

async function readFacts(ctx: Ctx, viewer: Viewer | null): Promise<Facts> {
  const found = await overridesFor(ctx, viewer?.personId ?? null)
  // For an operator every lesson counts as open, as in `passGate`.
  const overrides = viewer && isOperator(viewer) ? { ...found, person: { ...noChange, allOpen: true } } : found
  const empty = { startsAt: null, holdings: [], progress: new Map(), opened: new Set<string>(), overrides }
  const away = !ctx.db.health().up
  if (!viewer) return { ...empty, access: 'anonymous', degraded: away }
  if (!viewer.degraded && !away) {
    try {
      return await readFactsOf(ctx, viewer, overrides)
    } catch (error) {
      if (!isDatabaseAway(error)) throw error
    }
  }
  const access = isOperator(viewer) || viewer.courses.includes(COURSE) ? 'active' : 'none'
  const holdings = rememberedGrant(ctx, viewer.personId)
  const startsAt = holdings?.find(({ endedAt }) => endedAt === null)?.startsAt ?? null
  return { ...empty, startsAt, holdings, access, degraded: true }
}

async function readFactsOf(ctx: Ctx, viewer: Viewer, overrides: ReleaseOverrides): Promise<Facts> {
  const [grant, progress, opened] = await Promise.all([
    grantState(ctx, viewer.personId, COURSE),
    readProgressRows(ctx.db, viewer.personId),
    readOpened(ctx.db, viewer.personId),
  ])
  if (grant.state === 'active') rememberGrant(ctx, viewer.personId, grant.holdings)
  return {
    access: isOperator(viewer) ? 'active' : grant.state,
    startsAt: grant.state === 'active' ? grant.startsAt : isOperator(viewer) ? new Date(0) : null,
    holdings: grant.state === 'active' ? grant.holdings : [],
    progress: new Map(progress.map((row) => [row.lessonId, row])),
    opened,
    overrides,
    degraded: false,
  }
}

function releases(ctx: Ctx, facts: Facts, now: Date): (lesson: Lesson) => Release {
  const moment = rememberMoments()
  return (lesson) => {
    const override = ruleFor(lesson, ctx.content.releases(), facts.overrides)
    return releaseWithoutDatabase(lesson, facts.holdings, override, now, moment)
  }
}

function lockOf(lesson: Lesson, facts: Facts, released: Release): Lock | null {
  if (lesson.free) return null
  if (facts.access === 'anonymous') return 'login'
  if (facts.access === 'none') return 'no_grant'
  if (facts.access === 'revoked') return 'grant_revoked'
  return released.open || facts.opened.has(lesson.id) ? null : 'not_released'
}

const isAddedLater = (lesson: Lesson, facts: Facts): boolean =>
  lesson.addedAt !== undefined && lesson.addedAt !== null && facts.startsAt !== null
    ? new Date(lesson.addedAt) > facts.startsAt
    : false

function stateOf(lesson: Lesson, facts: Facts, lock: Lock | null, progress: LessonProgress | null): LessonState {
  if (lock) return 'locked'
  if (progress && isDone(progress)) return 'done'
  if (progress && isStarted(progress)) return 'started'
  return isAddedLater(lesson, facts) && !facts.opened.has(lesson.id) ? 'new' : 'open'
}

function lessonRow(lesson: Lesson, film: { length: number | null } | null, facts: Facts, released: Release): LessonRow {
  const progress = facts.progress.get(lesson.id) ?? null
  const lock = lockOf(lesson, facts, released)
  const durationSeconds = film?.length ?? lesson.durationSeconds
  const ranges = progress?.ranges ?? []
  const state = stateOf(lesson, facts, lock, progress)
  const { id, slug, number, moduleId, title, goal, free, written, hasCaptions } = lesson
  return {
    ...{ id, slug, number, moduleId, title, goal, free, written, hasCaptions },
    hasFilm: film !== null,
    durationSeconds,
    state,
    counts: state === 'done' || !isAddedLater(lesson, facts),
    lock,
    opensAt: released.opensAt,
    percent: watchedPercent(ranges, durationSeconds),
    watchedSeconds: Math.min(durationSeconds, Math.floor(watchedLength(ranges) / 1000)),
    resumeAt: resumeSecond(progress, durationSeconds),
    ranges: ranges.map(([from, to]): [number, number] => [from / 1000, to / 1000]),
    doneMark: progress?.doneMark ?? null,
  }
}

const sum = <Row>(rows: Row[], value: (row: Row) => number) => rows.reduce((total, row) => total + value(row), 0)
const share = (part: number, whole: number) => (whole > 0 ? Math.min(100, Math.floor((part / whole) * 100)) : 0)

type Counted = Pick<LessonRow, 'state' | 'counts' | 'durationSeconds' | 'watchedSeconds'>

/** Sums over the lessons that count; only `remainingSeconds` is over all. */
export function totalsOf(all: Counted[]): CourseTotals {
  const rows = all.filter((row) => row.counts)
  const durationSeconds = sum(rows, (row) => row.durationSeconds)
  return {
    lessons: rows.length,
    done: rows.filter((row) => row.state === 'done').length,
    durationSeconds,
    watchedSeconds: sum(rows, (row) => row.watchedSeconds),
    remainingSeconds: sum(
      all.filter((row) => row.state !== 'done'),
      (row) => row.durationSeconds - row.watchedSeconds,
    ),
    percent: share(
      sum(rows, (row) => (row.state === 'done' ? row.durationSeconds : row.watchedSeconds)),
      durationSeconds,
    ),
  }
}

function moduleRow(module: Course['modules'][number], lessons: LessonRow[]): ModuleRow {
  const { id, number, title, subtitle, tool, goal } = module
  const totals = totalsOf(lessons)
  return {
    ...{ id, number, title, subtitle, tool, goal },
    total: totals.lessons,
    done: totals.done,
    minutes: Math.round(sum(lessons, (row) => row.durationSeconds) / 60),
    watchedSeconds: totals.watchedSeconds,
    durationSeconds: totals.durationSeconds,
    remainingSeconds: totals.remainingSeconds,
    percent: totals.percent,
    lessons,
  }
}

function nextOf(course: Course, rows: Map<string, LessonRow>, facts: Facts): CourseNext | null {
  const found = nextLesson(
    course.lessons.map((lesson) => {
      const row = rows.get(lesson.id)!
      const at = facts.progress.get(lesson.id)?.positionAt ?? null
      return {
        lesson: row,
        open: row.state !== 'locked',
        done: row.state === 'done',
        started: row.state === 'started',
        lastAt: at && at.getTime() > 0 ? at : null,
      }
    }),
  )
  if (!found) return null
  const { lesson, started } = found
  const module = course.modules.find((one) => one.id === lesson.moduleId)!
  return {
    lesson,
    module: { id: module.id, number: module.number, title: module.title },
    resumeAt: lesson.resumeAt,
    remainingSeconds: Math.max(0, lesson.durationSeconds - lesson.resumeAt),
    started,
  }
}

function opensNextOf(rows: LessonRow[], now: Date): CourseView['opensNext'] {
  const coming = rows
    .filter((row) => row.lock === 'not_released' && row.opensAt !== null && row.opensAt > now)
    .sort((a, b) => a.opensAt!.getTime() - b.opensAt!.getTime() || a.number - b.number)[0]
  return coming ? { lesson: coming, at: coming.opensAt! } : null
}
