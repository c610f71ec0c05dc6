import type { Viewer } from '#domain/access/rules.ts'
import type { Ctx } from '#ports'
import { type NoteState, noteState } from './noteState.ts'
import { readNotes, readTicks } from './store.ts'

export interface LessonNotes {
  notes: NoteState[]
  /** Items of the checklist that are ticked. */
  ticked: string[]
}

/**
 * The viewer's notes, bookmarks and ticks of one lesson, also of one that is locked, gone or unknown: they stay theirs.
 * Throws `database_unavailable`.
 */
export async function lessonNotes(ctx: Ctx, input: { viewer: Viewer; lessonId: string }): Promise<LessonNotes> {
  const { personId } = input.viewer
  const [notes, ticks] = await Promise.all([
    readNotes(ctx.db, personId, input.lessonId),
    readTicks(ctx.db, personId, input.lessonId),
  ])
  return { notes: notes.map(noteState), ticked: ticks.filter(({ ticked }) => ticked).map(({ item }) => item) }
}
