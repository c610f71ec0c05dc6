import type { NotebookChapter, NotebookPage, PlacedNote } from './notebookRules.ts'

/**
 * The most that one page of the book holds: entries, and characters of their texts. A single longer note has a page to
 * itself.
 */
export const PAGE_ENTRIES = 50
export const PAGE_CHARACTERS = 40_000

/** One page of the book as it is read on screen. */
export interface BookPage<Note extends PlacedNote> {
  chapters: NotebookChapter<Note>[]
  /** Id of the lesson that began on the page before; null when this page begins with a new one. */
  continues: string | null
}

/**
 * Cuts the book into pages, in its order; a lesson longer than a page continues on the next. Always at least one page.
 * `sizeOf` answers the characters of a note.
 */
export function paginate<Note extends PlacedNote>(
  chapters: NotebookChapter<Note>[],
  sizeOf: (note: Note) => number,
): BookPage<Note>[] {
  const pages: BookPage<Note>[] = []
  let [entries, characters] = [Number.POSITIVE_INFINITY, 0]

  /** Where the next entry goes: on the open page, or on a new one when it would be too much. */
  function place(
    chapter: NotebookChapter<Note>,
    lesson: NotebookPage<Note>,
    count: number,
    size: number,
    first: boolean,
  ) {
    if (entries > 0 && (entries + count > PAGE_ENTRIES || characters + size > PAGE_CHARACTERS)) {
      pages.push({ chapters: [], continues: first ? null : lesson.id })
      entries = characters = 0
    }
    entries += count
    characters += size
    const open = pages.at(-1)!.chapters
    if (open.at(-1)?.module?.id !== chapter.module?.id || open.length === 0) open.push({ ...chapter, lessons: [] })
    const { lessons } = open.at(-1)!
    if (lessons.at(-1)?.id !== lesson.id) lessons.push({ ...lesson, notes: [], bookmarks: [], checklist: [] })
    return lessons.at(-1)!
  }

  for (const chapter of chapters)
    for (const lesson of chapter.lessons) {
      let first = true
      const next = (count: number, size: number) => {
        const part = place(chapter, lesson, count, size, first)
        first = false
        return part
      }
      for (const note of lesson.notes) next(1, sizeOf(note)).notes.push(note)
      for (const note of lesson.bookmarks) next(1, sizeOf(note)).bookmarks.push(note)
      const { checklist } = lesson
      if (checklist.length > 0)
        next(
          checklist.length,
          checklist.reduce((sum, { text }) => sum + text.length, 0),
        ).checklist = checklist
    }
  return pages.length > 0 ? pages : [{ chapters: [], continues: null }]
}

/** The page that an address asks for, 1 to `count`: other numbers become the nearest page, everything else 1. */
export function pageNumber(asked: string | string[] | undefined, count: number): number {
  const number = Number(Array.isArray(asked) ? asked[0] : asked)
  return Number.isInteger(number) ? Math.min(count, Math.max(1, number)) : 1
}
