import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { createdAt, instant, watchedRanges } from './columns.ts'

export const progress = pgTable(
  'progress',
  {
    personId: uuid('person_id').notNull(),
    lessonId: text('lesson_id').notNull(),
    ranges: watchedRanges('ranges').notNull(),
    /** Seconds; last writer by `positionAt` wins. */
    positionMs: integer('position_ms').notNull().default(0),
    positionAt: instant('position_at').notNull(),
    /** The manual tick; null = never touched. */
    doneMark: boolean('done_mark'),
    doneMarkAt: instant('done_mark_at'),
    /** First time the lesson counted as complete. */
    completedAt: instant('completed_at'),
    /** Milliseconds that the last report added to `ranges`; the statement that wrote it adds them to `learning_day`. */
    gainedMs: integer('gained_ms').notNull().default(0),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.personId, table.lessonId] }),
    check('progress_position', sql`${table.positionMs} >= 0`),
  ],
)

/** What a person once opened stays open, whatever the schedule says later. */
export const lessonOpened = pgTable(
  'lesson_opened',
  {
    personId: uuid('person_id').notNull(),
    lessonId: text('lesson_id').notNull(),
    openedAt: instant('opened_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.lessonId] })],
)

/**
 * Overrides `content/releases.json` (`scope` = `module:x`, `lesson:x`: a rule; `person:x`: what is different for one
 * person, see `PersonRelease` in `domain/learning/releases/release.ts`).
 */
export const releaseOverride = pgTable('release_override', {
  scope: text('scope').primaryKey(),
  rule: jsonb('rule').$type<Record<string, unknown>>().notNull(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
})

/**
 * Which rule held for a lesson from when to when, by file and overrides together: what a rule opened while it held
 * stays open. `until` null: the present rule.
 */
export const releaseRule = pgTable(
  'release_rule',
  {
    lessonId: text('lesson_id').notNull(),
    since: instant('since').notNull(),
    until: instant('until'),
    rule: jsonb('rule').$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.lessonId, table.since] }),
    uniqueIndex('release_rule_stands').on(table.lessonId).where(sql`until is null`),
  ],
)

/** How much film a person saw for the first time on one calendar day in Berlin. A repeated report adds nothing. */
export const learningDay = pgTable(
  'learning_day',
  {
    personId: uuid('person_id').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    watchedMs: bigint('watched_ms', { mode: 'number' }).notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.personId, table.day] }),
    check('learning_day_watched', sql`watched_ms >= 0`),
  ],
)

/** How a person likes to watch, and which letters they want. Absent = the defaults. */
export const learnerSetting = pgTable('learner_setting', {
  personId: uuid('person_id').primaryKey(),
  /** Speed, volume, captions, quality, autoplay; see `domain/learning/settings/rules.ts`. */
  player: jsonb('player').$type<Record<string, unknown>>().notNull().default({}),
  /** The digest of newly opened lessons. */
  releaseMails: boolean('release_mails').notNull().default(true),
  updatedAt: instant('updated_at').notNull().defaultNow(),
})

/** „Mein Wochenplan“: only the wish. The days are computed each time from the lessons that are left. */
export const weekPlan = pgTable('week_plan', {
  personId: uuid('person_id').primaryKey(),
  /** 1 = Monday … 7 = Sunday. */
  weekdays: integer('weekdays').array().notNull(),
  minutes: integer('minutes').notNull(),
  /** „07:30“, wall clock in Berlin. */
  time: text('time').notNull(),
  startsOn: date('starts_on', { mode: 'string' }).notNull(),
  /** Part of the feed's secret address: drawn anew to revoke it. null: no feed. */
  feedVersion: integer('feed_version'),
  updatedAt: instant('updated_at').notNull().defaultNow(),
})

/**
 * How often an appointment of a person's calendar was changed, and when it last was: calendar programs accept a change
 * only with a higher number. Stays when the plan is deleted, because the next plan uses the same names.
 */
export const calendarEntry = pgTable(
  'calendar_entry',
  {
    personId: uuid('person_id').notNull(),
    lessonId: text('lesson_id').notNull(),
    /** Hash of what the appointment said last. */
    hash: text('hash').notNull(),
    sequence: integer('sequence').notNull().default(0),
    changedAt: instant('changed_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.personId, table.lessonId] }),
    check('calendar_entry_sequence', sql`sequence >= 0`),
  ],
)

/** A lesson that a person was told of by letter, or need not be told of. */
export const lessonAnnounced = pgTable(
  'lesson_announced',
  {
    personId: uuid('person_id').notNull(),
    lessonId: text('lesson_id').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.lessonId] })],
)

/** A Teilnahmebestätigung. Anyone who has its number sees what is printed on it, nothing else. */
export const certificate = pgTable('certificate', {
  /** Also the public number: random, not guessable. */
  number: text('number').primaryKey(),
  personId: uuid('person_id').notNull().unique(),
  course: text('course').notNull(),
  courseTitle: text('course_title').notNull(),
  /** As the learner wants it printed. */
  name: text('name').notNull(),
  /** The day in Berlin on which the last lesson was done. */
  completedOn: date('completed_on', { mode: 'string' }).notNull(),
  lessons: integer('lessons').notNull(),
  minutes: integer('minutes').notNull(),
  createdAt: createdAt(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
})
