import { integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'

export const video = pgTable('video', {
  guid: text('guid').primaryKey(),
  title: text('title').notNull(),
  /** Bunny's API status (4 = finished), never the webhook's number. */
  status: integer('status').notNull(),
  encodeProgress: integer('encode_progress').notNull().default(0),
  /** Seconds. */
  length: integer('length').notNull().default(0),
  resolutions: text('resolutions').notNull().default(''),
  captions: jsonb('captions').$type<{ srclang: string; label: string }[]>().notNull().default([]),
  thumbnailFile: text('thumbnail_file'),
  fetchedAt: instant('fetched_at').notNull(),
  goneAt: instant('gone_at'),
})

/** Overrides the guid in the lesson's front matter. */
export const lessonVideo = pgTable('lesson_video', {
  lessonId: text('lesson_id').primaryKey(),
  guid: text('guid').notNull(),
  assignedAt: instant('assigned_at').notNull().defaultNow(),
})
