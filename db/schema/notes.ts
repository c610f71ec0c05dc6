import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { createdAt, instant, tsvector } from './columns.ts'

/**
 * A note or a bookmark, stamped with a second of the film. The browser makes the id, so a note written offline is one
 * row.
 */
export const note = pgTable(
  'note',
  {
    id: uuid('id').primaryKey(),
    personId: uuid('person_id').notNull(),
    lessonId: text('lesson_id').notNull(),
    kind: text('kind', { enum: ['note', 'bookmark'] }).notNull(),
    /** Milliseconds; null: about the lesson as a whole. */
    positionMs: integer('position_ms'),
    /** Markdown as typed; a bookmark's may be empty. */
    body: text('body').notNull(),
    /** Raised by every write: a save names the version it saw, so a second tab cannot overwrite a text unseen. */
    version: integer('version').notNull().default(1),
    /**
     * For each page that wrote here its newest change contained in this row, `[page, number]`, the last writer last. By
     * it a repeated change is recognised.
     */
    writers: jsonb('writers').$type<[string, number][]>().notNull().default([]),
    /** The note that this text could not be joined with, so that both were kept. */
    copyOf: uuid('copy_of'),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
    /** The row of a deleted note stays for 30 days without its text, so that an offline device cannot bring it back. */
    deletedAt: instant('deleted_at'),
    words: tsvector('words').generatedAlwaysAs(sql`to_tsvector('werkstatt', body)`),
  },
  (table) => [
    index('note_person').on(table.personId, table.lessonId),
    index('note_words').using('gin', table.words),
    index('note_deleted').on(table.deletedAt).where(sql`deleted_at is not null`),
    check('note_position', sql`position_ms >= 0`),
  ],
)

/** One tick on a lesson's checklist. */
export const checklistTick = pgTable(
  'checklist_tick',
  {
    personId: uuid('person_id').notNull(),
    lessonId: text('lesson_id').notNull(),
    /** Id made from the sentence itself, so that reordering the list moves no tick. */
    item: text('item').notNull(),
    ticked: boolean('ticked').notNull(),
    /** Corrected time of the click; the newest wins. */
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.lessonId, table.item] })],
)

/** The course cut into sentences for the search: made from `content/` whenever that changes, never edited. */
export const passage = pgTable(
  'passage',
  {
    lessonId: text('lesson_id').notNull(),
    /** `title`, `goal`, `chapter`, `text`, `exercise`, `checklist`, `further`, `spoken`. */
    kind: text('kind').notNull(),
    place: integer('place').notNull(),
    /** Second of the film at which it is said; null for written text. */
    second: integer('second'),
    body: text('body').notNull(),
    words: tsvector('words').generatedAlwaysAs(sql`to_tsvector('werkstatt', body)`),
  },
  (table) => [
    primaryKey({ columns: [table.lessonId, table.kind, table.place] }),
    index('passage_words').using('gin', table.words),
  ],
)

/** Every word of the course once, without accents: what a mistyped word may have meant. */
export const passageWord = pgTable(
  'passage_word',
  { word: text('word').primaryKey(), times: integer('times').notNull() },
  (table) => [index('passage_word_near').using('gin', sql`${table.word} gin_trgm_ops`)],
)
