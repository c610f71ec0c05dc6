import { and, between, desc, eq, inArray, max, sql } from 'drizzle-orm'
import { learningDay, lessonOpened, progress } from '#db/schema.ts'
import type { Day } from '#domain/calendar/berlinDays.ts'
import type { Db } from '#ports'
import { naturalBatch } from '../../naturalBatch.ts'
import { fromMultirange, toMultirange } from './ranges.ts'
import type { LessonProgress } from './rules.ts'

/** The only SQL on `progress`, `lesson_opened` and `learning_day`. */

export interface ProgressWrite {
  personId: string
  state: LessonProgress
  /** On this instant's day in Berlin the newly watched film is counted; without it, on the position's day. */
  watchedAt?: Date
  /** Milliseconds that make the lesson complete; see `doneThresholdMs`. */
  thresholdMs: number
}

/** One statement writes at most so many reports. */
const BATCH_LIMIT = 500
const JOURNAL_LOCK = 'werkstatt.journal'

interface RawProgress {
  person_id: string
  lesson_id: string
  ranges: string
  position_ms: number
  position_at: number
  done_mark: boolean | null
  done_mark_at: number | null
  completed_at: number | null
}

const asProgress = (row: RawProgress): LessonProgress => ({
  lessonId: row.lesson_id,
  ranges: fromMultirange(row.ranges),
  positionMs: row.position_ms,
  positionAt: new Date(row.position_at),
  doneMark: row.done_mark,
  doneMarkAt: row.done_mark_at === null ? null : new Date(row.done_mark_at),
  completedAt: row.completed_at === null ? null : new Date(row.completed_at),
})

/** Milliseconds since 1970: raw answers must not depend on the session's time zone or date style. */
const epoch = (column: string) => sql.raw(`(extract(epoch from ${column}) * 1000)::float8`)

const answerColumns = sql`progress.person_id, progress.lesson_id, progress.ranges::text as ranges, progress.position_ms,
  ${epoch('progress.position_at')} as position_at, progress.done_mark,
  ${epoch('progress.done_mark_at')} as done_mark_at, ${epoch('progress.completed_at')} as completed_at`

/** Milliseconds in a multirange. */
const lengthOf = (ranges: string) =>
  sql.raw(`(select coalesce(sum(upper(piece) - lower(piece)), 0) from unnest(${ranges}) piece)`)

/**
 * Adds the film that a report shows for the first time to its day in Berlin; a repeated report adds nothing.
 * `gained_ms` comes from the write itself: reading beforehand, under whatever lock, would miss a row that another
 * process is inserting.
 */
const newlyWatched = sql`
  insert into learning_day (person_id, day, watched_ms)
  select person_id, (report.watched_at at time zone 'Europe/Berlin')::date as day, sum(joined.gained_ms) as watched_ms
  from joined join report using (person_id, lesson_id)
  group by 1, 2 having sum(joined.gained_ms) > 0
  order by 1, 2
  on conflict (person_id, day) do update set watched_ms = learning_day.watched_ms + excluded.watched_ms`

/**
 * Joins any number of states into the table in one statement, as `joinProgress` does: union of ranges by PostgreSQL's
 * own `+`, newest position, newest tick. No pair of person and lesson may occur twice in `writes`. Answers the merged
 * states in the order of `writes`.
 */
export async function writeProgress(db: Db, writes: ProgressWrite[]): Promise<LessonProgress[]> {
  if (writes.length === 0) return []
  const rows = writes.map(({ personId, state, watchedAt }) => ({
    person_id: personId,
    lesson_id: state.lessonId,
    ranges: toMultirange(state.ranges),
    position_ms: Math.max(0, Math.round(state.positionMs)),
    position_at: state.positionAt.toISOString(),
    done_mark: state.doneMark,
    done_mark_at: state.doneMarkAt?.toISOString() ?? null,
    completed_at: state.completedAt?.toISOString() ?? null,
    watched_at: (watchedAt ?? state.positionAt).toISOString(),
  }))
  const thresholds = Object.fromEntries(writes.map(({ state, thresholdMs }) => [state.lessonId, thresholdMs]))
  // Sorted by the statement, so that two processes lock common rows in the same order and no deadlock can arise.
  const answer = await db.q.execute(sql`
    with report as (
      select person_id, lesson_id, ranges::int4multirange as ranges, position_ms, position_at, done_mark, done_mark_at,
        completed_at, watched_at
      from json_to_recordset(${JSON.stringify(rows)}::json) as report(person_id uuid, lesson_id text, ranges text,
        position_ms int, position_at timestamptz, done_mark bool, done_mark_at timestamptz, completed_at timestamptz,
        watched_at timestamptz)
    ), joined as (
      insert into progress (person_id, lesson_id, ranges, position_ms, position_at, done_mark, done_mark_at,
        completed_at, gained_ms)
      select person_id, lesson_id, ranges, position_ms, position_at, done_mark, done_mark_at, completed_at,
        ${lengthOf('ranges')} from report order by person_id, lesson_id
      on conflict (person_id, lesson_id) do update set
        ranges = progress.ranges + excluded.ranges,
        gained_ms = ${lengthOf('progress.ranges + excluded.ranges')} - ${lengthOf('progress.ranges')},
        position_ms = case when (excluded.position_at, excluded.position_ms) > (progress.position_at, progress.position_ms)
          then excluded.position_ms else progress.position_ms end,
        position_at = greatest(progress.position_at, excluded.position_at),
        done_mark = case when excluded.done_mark_at is not null and (progress.done_mark_at is null
            or (excluded.done_mark_at, excluded.done_mark) > (progress.done_mark_at, progress.done_mark))
          then excluded.done_mark else progress.done_mark end,
        done_mark_at = greatest(progress.done_mark_at, excluded.done_mark_at),
        completed_at = coalesce(least(progress.completed_at, excluded.completed_at), case when
          ${lengthOf('progress.ranges + excluded.ranges')} >= (${JSON.stringify(thresholds)}::jsonb ->> excluded.lesson_id)::int
          then now() end),
        updated_at = now()
      returning ${answerColumns}, progress.gained_ms
    ), days as (
      ${newlyWatched}
    )
    select * from joined`)
  const merged = new Map(
    (answer.rows as unknown as RawProgress[]).map((row) => [`${row.person_id} ${row.lesson_id}`, asProgress(row)]),
  )
  return writes.map(({ personId, state }) => merged.get(`${personId} ${state.lessonId}`)!)
}

const writers = new WeakMap<object, (write: ProgressWrite) => Promise<LessonProgress>>()

/**
 * The group commit: while one statement runs, reports of all learners of this process gather for the next. Answers
 * after the commit. Inside a transaction it writes at once, to stay part of it.
 */
export function writeProgressGrouped(db: Db, write: ProgressWrite): Promise<LessonProgress> {
  if (db.inTransaction) return writeProgress(db, [write]).then(([state]) => state!)
  let writer = writers.get(db)
  if (!writer) {
    writer = naturalBatch((batch: ProgressWrite[]) => writeBatch(db, batch), { maxItems: BATCH_LIMIT })
    writers.set(db, writer)
  }
  return writer(write)
}

/** A batch may hold two reports on the same row; those go into different statements, one after the other. */
async function writeBatch(db: Db, batch: ProgressWrite[]): Promise<LessonProgress[]> {
  const rounds: ProgressWrite[][] = []
  const results = new Map<ProgressWrite, LessonProgress>()
  const met = new Map<string, number>()
  for (const write of batch) {
    const key = `${write.personId} ${write.state.lessonId}`
    const round = met.get(key) ?? 0
    met.set(key, round + 1)
    rounds[round] ??= []
    rounds[round].push(write)
  }
  for (const round of rounds) {
    const states = await writeProgress(db, round)
    round.forEach((write, index) => {
      results.set(write, states[index]!)
    })
  }
  return batch.map((write) => results.get(write)!)
}

/** A learner's states, of all lessons or of these. */
export async function readProgressRows(db: Db, personId: string, lessonIds?: string[]): Promise<LessonProgress[]> {
  const only = lessonIds ? sql` and ${inArray(progress.lessonId, lessonIds)}` : sql``
  const answer = await db.q.execute(
    sql`select ${answerColumns} from progress where ${eq(progress.personId, personId)}${only}`,
  )
  return (answer.rows as unknown as RawProgress[]).map(asProgress)
}

/** When this person's progress was written last; null: never. */
export async function progressChangedAt(db: Db, personId: string): Promise<Date | null> {
  const [row] = await db.q
    .select({ at: max(progress.updatedAt) })
    .from(progress)
    .where(eq(progress.personId, personId))
  return row?.at ?? null
}

export async function markOpened(db: Db, personId: string, lessonId: string, at: Date): Promise<void> {
  await db.q.insert(lessonOpened).values({ personId, lessonId, openedAt: at }).onConflictDoNothing()
}

export async function readOpened(db: Db, personId: string): Promise<Set<string>> {
  const rows = await db.q
    .select({ lessonId: lessonOpened.lessonId })
    .from(lessonOpened)
    .where(eq(lessonOpened.personId, personId))
  return new Set(rows.map((row) => row.lessonId))
}

/** Lessons that these people opened or watched, however little; a lesson may occur twice. */
export async function readTouched(db: Db, personIds: string[]): Promise<{ personId: string; lessonId: string }[]> {
  const [opened, watched] = await Promise.all([
    db.q
      .select({ personId: lessonOpened.personId, lessonId: lessonOpened.lessonId })
      .from(lessonOpened)
      .where(inArray(lessonOpened.personId, personIds)),
    db.q
      .select({ personId: progress.personId, lessonId: progress.lessonId })
      .from(progress)
      .where(inArray(progress.personId, personIds)),
  ])
  return [...opened, ...watched]
}

export interface LessonMoment {
  personId: string
  lessonId: string
  at: Date
}

/** Of each of these people the lesson opened first and the one watched last. */
export async function readLessonSpans(
  db: Db,
  personIds: string[],
): Promise<{ first: LessonMoment[]; last: LessonMoment[] }> {
  if (personIds.length === 0) return { first: [], last: [] }
  const { personId, lessonId, openedAt } = lessonOpened
  const first = await db.q
    .selectDistinctOn([personId], { personId, lessonId, at: openedAt })
    .from(lessonOpened)
    .where(inArray(personId, personIds))
    .orderBy(personId, openedAt)
  const last = await db.q
    .selectDistinctOn([progress.personId], {
      personId: progress.personId,
      lessonId: progress.lessonId,
      at: progress.positionAt,
    })
    .from(progress)
    .where(inArray(progress.personId, personIds))
    .orderBy(progress.personId, desc(progress.positionAt))
  return { first, last }
}

export async function wasOpened(db: Db, personId: string, lessonId: string): Promise<boolean> {
  const rows = await db.q
    .select({ lessonId: lessonOpened.lessonId })
    .from(lessonOpened)
    .where(and(eq(lessonOpened.personId, personId), eq(lessonOpened.lessonId, lessonId)))
  return rows.length > 0
}

/** Lets one process at a time merge journals; held until the transaction ends. */
export async function lockJournal(db: Db): Promise<void> {
  await db.q.execute(sql`select pg_advisory_xact_lock(hashtext(${JOURNAL_LOCK}))`)
}

/** Day in Berlin → milliseconds watched for the first time; `from` and `to` count too. */
export async function readLearningDays(db: Db, personId: string, from: Day, to: Day): Promise<Map<Day, number>> {
  const rows = await db.q
    .select({ day: learningDay.day, watchedMs: learningDay.watchedMs })
    .from(learningDay)
    .where(and(eq(learningDay.personId, personId), between(learningDay.day, from, to)))
  return new Map(rows.map((row) => [row.day, row.watchedMs]))
}
