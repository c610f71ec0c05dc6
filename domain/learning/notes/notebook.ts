import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { courseView, type LessonRow } from '../courseView.ts'
import { checklistOf } from './checklistOf.ts'
import type { NotebookData, NotebookLesson } from './notebookRules.ts'
import { noteState } from './noteState.ts'
import { readNotes, readTicks, type TickRow } from './store.ts'

/**
 * „Mein Werkstatt-Heft“ as data: all notes and bookmarks of this person, also those of locked and vanished lessons, and
 * the checklists of the lessons they have begun. A page can draw the book from it without asking again. Throws
 * `database_unavailable`.
 */
export async function notebook(ctx: Ctx, viewer: Viewer): Promise<NotebookData> {
  const frame = await notebookFrame(ctx, viewer)
  const notes = await readNotes(ctx.db, viewer.personId)
  return { ...frame, notes: notes.map(noteState) }
}

/** The course as the book shows it, with this person's checklists. Throws `database_unavailable`. */
export async function notebookFrame(ctx: Ctx, viewer: Viewer): Promise<Omit<NotebookData, 'notes'>> {
  if (viewer.degraded) throw new AppError('database_unavailable')
  const [view, ticks] = await Promise.all([courseView(ctx, viewer), readTicks(ctx.db, viewer.personId)])
  const byLesson = Map.groupBy(ticks, ({ lessonId }) => lessonId)
  const rows = view.modules.flatMap((module) => module.lessons)
  return {
    modules: view.modules.map(({ id, number, title }) => ({ id, number, title })),
    lessons: rows.map((row) => notebookLesson(ctx, row, byLesson.get(row.id) ?? [])),
  }
}

/** A lesson as the book shows it; with its checklist once it was begun, and only while it may be read. */
function notebookLesson(ctx: Ctx, row: LessonRow, ticks: TickRow[]): NotebookLesson {
  const { id, slug, number, title, moduleId } = row
  const begun = row.state === 'started' || row.state === 'done' || ticks.length > 0
  const ticked = new Set(ticks.filter((tick) => tick.ticked).map(({ item }) => item))
  return {
    ...{ id, slug, number, title, moduleId },
    checklist:
      begun && row.lock === null
        ? checklistOf(ctx, id).map(({ item, text }) => ({ item, text, ticked: ticked.has(item) }))
        : [],
  }
}
