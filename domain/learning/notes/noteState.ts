import type { NoteKind, NoteRow, Seen } from './rules.ts'

/** A note as pages get it; times are ISO instants. */
export interface NoteState {
  id: string
  lessonId: string
  kind: NoteKind
  /** Seconds of the film; null: about the lesson as a whole. */
  second: number | null
  /** Markdown as typed. */
  body: string
  version: number
  copyOf: string | null
  /** The change that wrote the present text. */
  by: Seen | null
  createdAt: string
  updatedAt: string
}

export const noteState = (row: NoteRow): NoteState => ({
  id: row.id,
  lessonId: row.lessonId,
  kind: row.kind,
  second: row.positionMs === null ? null : row.positionMs / 1000,
  body: row.body,
  version: row.version,
  copyOf: row.copyOf,
  by: row.writers.at(-1) ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})
