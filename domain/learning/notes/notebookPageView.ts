import type { Viewer } from '#domain/access/rules.ts'
import type { Ctx } from '#ports'
import { findNotes } from './findNotes.ts'
import { notebookFrame } from './notebook.ts'
import { type BookPage, pageNumber, paginate } from './notebookPages.ts'
import {
  arrangeFound,
  countNotebook,
  type NotebookCount,
  type NotebookData,
  type NotebookFilter,
  type PlacedNote,
  readFilter,
} from './notebookRules.ts'
import { noteState } from './noteState.ts'
import { readNotePlaces, readNotes, findNotes as readNotesById } from './store.ts'

/** One page of the book, with what is needed to reach the others. */
export interface NotebookPageView {
  filter: NotebookFilter
  /** The notes of this page, and every lesson of the course; checklists only where they are on this page. */
  data: NotebookData
  page: number
  pages: number
  /** Id of the lesson that began on the page before; null when this page begins with a new one. */
  continues: string | null
  /** Page on which each chapter begins; module null: lessons no longer in the course. */
  contents: { module: { id: string; number: number; title: string } | null; page: number }[]
  /** Of all pages. */
  total: NotebookCount
  /** Nothing was ever written, marked or begun. */
  isEmpty: boolean
}

/**
 * „Mein Werkstatt-Heft“ page by page, with the filter and `seite` of a query: only the texts of this page are read,
 * unless the filter looks for words. Throws `database_unavailable`.
 */
export async function notebookPageView(
  ctx: Ctx,
  input: { viewer: Viewer; query: Record<string, string | string[] | undefined> },
): Promise<NotebookPageView> {
  const { viewer, query } = input
  const frame = await notebookFrame(ctx, viewer)
  const filter = readFilter(query, frame)
  const places = await placesOf(ctx, viewer, frame, filter)
  const pages = paginate(arrangeFound({ ...frame, notes: places.found }, filter), ({ size }) => size)
  const page = pageNumber(query.seite, pages.length)
  const { chapters, continues } = pages[page - 1]!
  const ids = chapters.flatMap(({ lessons }) => lessons.flatMap(({ notes, bookmarks }) => [...notes, ...bookmarks]))
  const rows = await readNotesById(
    ctx.db,
    ids.map(({ id }) => id),
  )
  const lists = new Map(chapters.flatMap(({ lessons }) => lessons.map(({ id, checklist }) => [id, checklist] as const)))
  return {
    ...{ filter, page, pages: pages.length, continues },
    data: {
      modules: frame.modules,
      lessons: frame.lessons.map((lesson) => ({ ...lesson, checklist: lists.get(lesson.id) ?? [] })),
      notes: rows.filter(({ deletedAt }) => deletedAt === null).map(noteState),
    },
    contents: contentsOf(pages),
    total: countNotebook(pages.flatMap((one) => one.chapters)),
    isEmpty: places.count === 0 && frame.lessons.every(({ checklist }) => checklist.length === 0),
  }
}

type Sized = PlacedNote & { size: number }

async function placesOf(
  ctx: Ctx,
  { personId }: Viewer,
  frame: Omit<NotebookData, 'notes'>,
  filter: NotebookFilter,
): Promise<{ found: Sized[]; count: number }> {
  if (filter.text !== '') {
    const notes = (await readNotes(ctx.db, personId)).map(noteState)
    const found = await findNotes({ ...frame, notes }, filter.text)
    return { found: found.map(({ body, ...note }) => ({ ...note, size: body.length })), count: notes.length }
  }
  const rows = await readNotePlaces(ctx.db, personId)
  const found = rows.map(({ positionMs, createdAt, ...row }) => ({
    ...row,
    second: positionMs === null ? null : positionMs / 1000,
    createdAt: createdAt.toISOString(),
  }))
  return { found, count: rows.length }
}

function contentsOf(pages: BookPage<PlacedNote>[]): NotebookPageView['contents'] {
  const contents: NotebookPageView['contents'] = []
  for (const [index, { chapters }] of pages.entries())
    for (const { module } of chapters)
      if (!contents.some((one) => one.module?.id === module?.id)) contents.push({ module, page: index + 1 })
  return contents
}
