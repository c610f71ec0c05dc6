import type { NoteState } from './noteState.ts'

/** The book as pages and exports draw it. All of this file is pure, so that a page without a network draws the same. */

export interface NotebookData {
  notes: NoteState[]
  modules: { id: string; number: number; title: string }[]
  /** In the order of the course. */
  lessons: NotebookLesson[]
}

export interface NotebookLesson {
  id: string
  slug: string
  number: number
  title: string
  moduleId: string
  /** Empty before the lesson was begun, and while it is locked. */
  checklist: { item: string; text: string; ticked: boolean }[]
}

/** `alles`, or only notes, bookmarks, or open items of checklists. */
export const notebookKinds = ['alles', 'notizen', 'merkstellen', 'haken'] as const
export type NotebookKind = (typeof notebookKinds)[number]

/** The filter in the address of the page. */
export interface NotebookFilter {
  /** Module id; null: all. */
  modul: string | null
  art: NotebookKind
  /** Words that must occur, whatever their case or accents. */
  text: string
}

/** The value of `modul` for the chapter of lessons that are no longer in the course. */
export const FORMER = 'frueher'

/** Longest search text; more is cut. */
export const FILTER_LENGTH = 200

/** Reads a filter from query values; unknown values filter nothing. Without `data` any module id is taken. */
export function readFilter(
  query: Record<string, string | string[] | undefined>,
  data?: Pick<NotebookData, 'modules'>,
): NotebookFilter {
  const one = (name: string) => {
    const value = query[name]
    return (Array.isArray(value) ? value[0] : value)?.trim() ?? ''
  }
  const modul = one('modul')
  const known = modul !== '' && (!data || modul === FORMER || data.modules.some(({ id }) => id === modul))
  const art = notebookKinds.find((kind) => kind === one('art')) ?? 'alles'
  return { modul: known ? modul : null, art, text: one('text').slice(0, FILTER_LENGTH) }
}

/** The query values of a filter; null where it filters nothing. */
export const filterQuery = (filter: NotebookFilter): Record<'modul' | 'art' | 'text', string | null> => ({
  modul: filter.modul,
  art: filter.art === 'alles' ? null : filter.art,
  text: filter.text || null,
})

export const isFiltered = (filter: NotebookFilter): boolean =>
  filter.modul !== null || filter.art !== 'alles' || filter.text !== ''

/** The part of a note that decides its place in the book. */
export type PlacedNote = Pick<NoteState, 'id' | 'lessonId' | 'kind' | 'second' | 'createdAt'>

export interface NotebookChapter<Note extends PlacedNote = NoteState> {
  /** null: lessons that are no longer in the course. */
  module: { id: string; number: number; title: string } | null
  lessons: NotebookPage<Note>[]
}

export interface NotebookPage<Note extends PlacedNote = NoteState> {
  id: string
  /** null: this lesson is no longer in the course. */
  lesson: { slug: string; number: number; title: string } | null
  notes: Note[]
  bookmarks: Note[]
  checklist: NotebookLesson['checklist']
}

/** The book in course order, filtered; lessons and modules with nothing to show are left out. */
export function arrange<Note extends NoteState>(
  data: Omit<NotebookData, 'notes'> & { notes: Note[] },
  filter: NotebookFilter,
): NotebookChapter<Note>[] {
  const titles = new Map(data.lessons.map(({ id, title }) => [id, title]))
  const words = wordsOf(filter.text)
  const shown = data.notes.filter(({ body, lessonId }) => hasWords(words, `${body} ${titles.get(lessonId) ?? ''}`))
  return arrangeFound({ ...data, notes: shown }, filter)
}

/** The same for notes that were already chosen by the filter's words. */
export function arrangeFound<Note extends PlacedNote>(
  data: Omit<NotebookData, 'notes'> & { notes: Note[] },
  filter: NotebookFilter,
): NotebookChapter<Note>[] {
  const byLesson = Map.groupBy(data.notes, ({ lessonId }) => lessonId)
  const chapters = data.modules.map((module): NotebookChapter<Note> => {
    const lessons = data.lessons.filter(({ moduleId }) => moduleId === module.id)
    return { module, lessons: lessons.map((lesson) => pageOf(lesson, byLesson.get(lesson.id) ?? [], filter)) }
  })
  const current = new Set(data.lessons.map(({ id }) => id))
  const former = [...byLesson].filter(([id]) => !current.has(id)).sort(([a], [b]) => (a < b ? -1 : 1))
  chapters.push({ module: null, lessons: former.map(([id, notes]) => pageOf({ id, checklist: [] }, notes, filter)) })
  return chapters
    .filter(({ module }) => filter.modul === null || filter.modul === (module?.id ?? FORMER))
    .map((chapter) => ({ ...chapter, lessons: chapter.lessons.filter((page) => !isEmpty(page)) }))
    .filter(({ lessons }) => lessons.length > 0)
}

const isEmpty = (page: NotebookPage<PlacedNote>) =>
  page.notes.length === 0 && page.bookmarks.length === 0 && page.checklist.length === 0

type Titled = Pick<NotebookLesson, 'id' | 'checklist'> & Partial<Pick<NotebookLesson, 'slug' | 'number' | 'title'>>

function pageOf<Note extends PlacedNote>(lesson: Titled, all: Note[], filter: NotebookFilter): NotebookPage<Note> {
  const { slug, number, title } = lesson
  const words = wordsOf(filter.text)
  const show = (...kinds: NotebookKind[]) => filter.art === 'alles' || kinds.includes(filter.art)
  const sorted = [...all].sort(inOrder)
  return {
    id: lesson.id,
    lesson: slug !== undefined && number !== undefined && title !== undefined ? { slug, number, title } : null,
    notes: show('notizen') ? sorted.filter(({ kind }) => kind === 'note') : [],
    bookmarks: show('merkstellen') ? sorted.filter(({ kind }) => kind === 'bookmark') : [],
    checklist: show('haken')
      ? lesson.checklist.filter(
          ({ text, ticked }) => (filter.art !== 'haken' || !ticked) && hasWords(words, `${text} ${title ?? ''}`),
        )
      : [],
  }
}

/** By second, notes on the whole lesson first; then the older one first. */
const inOrder = (a: PlacedNote, b: PlacedNote): number =>
  (a.second ?? -1) - (b.second ?? -1) || a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id)

/** Folds case, accents and ß, so that „Größe“, „grosse“ and „GRÖSSE“ are the same. */
const fold = (text: string) => text.toLowerCase().replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '')

/** The words of a search text, folded for `hasWords`. */
export const wordsOf = (text: string): string[] => fold(text).split(/\s+/).filter(Boolean)

/** True when the text has all of these words, anywhere in it; they come from `wordsOf`. */
export function hasWords(words: string[], text: string): boolean {
  if (words.length === 0) return true
  const folded = fold(text)
  return words.every((word) => folded.includes(word))
}

export interface NotebookCount {
  notes: number
  bookmarks: number
  open: number
  ticked: number
}

/** How many notes, bookmarks, open and ticked items these chapters hold. */
export function countNotebook(chapters: NotebookChapter<PlacedNote>[]): NotebookCount {
  const pages = chapters.flatMap(({ lessons }) => lessons)
  const items = pages.flatMap(({ checklist }) => checklist)
  return {
    notes: pages.reduce((sum, { notes }) => sum + notes.length, 0),
    bookmarks: pages.reduce((sum, { bookmarks }) => sum + bookmarks.length, 0),
    open: items.filter(({ ticked }) => !ticked).length,
    ticked: items.filter(({ ticked }) => ticked).length,
  }
}
