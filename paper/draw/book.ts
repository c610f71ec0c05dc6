import type { Words } from '#paper/type/words.ts'

/** What a notebook is made of; words and order are its maker's, the look is in `paper/draw/drawBook.ts`. */
export interface Book {
  title: string
  /** Left and right half of the line above the title. */
  stub: [string, string]
  /** Below the title, a line each. */
  lead: Words[][]
  /** Drawn one after the other, so they may be made only then. */
  parts: Iterable<BookPart>
  foot: string[]
  author: string
  createdAt: Date
}

export type BookPart =
  | { kind: 'chapter' | 'lesson'; text: string }
  | { kind: 'p'; words: Words[] }
  | { kind: 'note'; stamp: Stamp | null; label?: string; parts: NotePart[] }
  | { kind: 'bookmark'; stamp: Stamp; words: Words[] }
  | { kind: 'checklist'; label: string; items: { ticked: boolean; text: string }[] }

/** A place in a film, with the address that leads there. */
export interface Stamp {
  text: string
  href: string | null
}

/** What a note is made of. */
export type NotePart =
  | { kind: 'p' | 'heading'; words: Words[] }
  | { kind: 'list'; items: NotePartItem[] }
  | { kind: 'quote'; parts: NotePart[] }
  | { kind: 'code'; text: string }
  | { kind: 'rule' }

export interface NotePartItem {
  /** A bullet, a number, or a box that is ticked or not. */
  mark: '•' | `${number}.` | boolean
  /** Steps further in than the list itself. */
  depth: number
  words: Words[]
}
