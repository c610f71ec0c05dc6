import { AppError } from '#errors'
import { OVERHANG_SECONDS } from '../rules.ts'

/** Longest text, in characters as JavaScript counts them. */
export const NOTE_LENGTH = 20_000
const BOOKMARK_LENGTH = 200
/** Live notes and bookmarks of one person, and bytes of their texts. */
export const NOTES_PER_PERSON = 2_000
/** The same with stones: who writes and deletes without end is stopped. */
export const ROWS_PER_PERSON = 12_000
export const BYTES_PER_PERSON = 4_000_000
export const CHANGES_PER_REQUEST = 50
export const TICKS_PER_REQUEST = 200
/** Two bookmarks of one lesson nearer than this are one. */
export const NEAR_MS = 2_000
/** How long a deleted note is remembered, so that an offline device cannot bring it back. */
export const STONE_MS = 30 * 86_400_000
/** How many pages that wrote a note are remembered in its row. */
const WRITERS_KEPT = 40

export type NoteKind = 'note' | 'bookmark'

/** A change by name: the page that made it and the how manieth of that page it is. */
export type Seen = [writer: string, seq: number]

export interface NoteRow {
  id: string
  personId: string
  lessonId: string
  kind: NoteKind
  positionMs: number | null
  body: string
  version: number
  /** The newest change of each page that is contained in this row, the last writer last. */
  writers: Seen[]
  /** This text could not be joined with that note. */
  copyOf: string | null
  createdAt: Date
  updatedAt: Date
  deletedAt: Date | null
}

export interface NoteChange {
  /** Made by the browser. */
  id: string
  lessonId: string
  kind: NoteKind
  /** Seconds; null: about the lesson as a whole. Counts for a new note only. */
  second: number | null
  body: string
  deleted: boolean
  /** Version of the stored text its author had before the eyes; 0: none. */
  base: number
  /** The page that made the change; `seq` grows with each of its changes. */
  writer: string
  seq: number
  /** Changes not yet confirmed whose text the author had before the eyes too, of earlier pages and other tabs. */
  over: Seen[]
}

/**
 * What becomes of a change. `write`: its author saw what it replaces · `known`: it is in there already, this is a
 * repetition · `apart`: it meets a text its author never saw, so both are kept · `revive`: what it meets unseen is
 * deleted or empty, so nothing is lost by writing · `same`: somebody else wrote the very same · `late`: a deletion, or
 * an emptied text, by somebody who had not seen the newest: nothing happens.
 */
export type Verdict = 'write' | 'known' | 'apart' | 'revive' | 'same' | 'late'

/**
 * The whole rule by which devices and tabs meet: a text is only replaced or deleted by somebody who had it before the
 * eyes, and a change repeated is one change. Pure; the row is null when there is none (any more).
 */
export function judge(
  row: Pick<NoteRow, 'version' | 'writers' | 'body' | 'deletedAt'> | null,
  change: NoteChange,
): Verdict {
  if (!row) return 'write'
  if (contains(row.writers, [change.writer, change.seq])) return 'known'
  if (row.version === change.base || sawTop(row.writers, change)) return 'write'
  if (change.deleted) return 'late'
  if (row.body === change.body && !row.deletedAt) return 'same'
  if (change.body === '') return 'late'
  // An edit by somebody who did not know of the deletion wins over it: texts are dearer than order.
  return row.deletedAt || row.body === '' ? 'revive' : 'apart'
}

export const contains = (writers: Seen[], [writer, seq]: Seen) =>
  writers.some(([who, newest]) => who === writer && newest >= seq)

function sawTop(writers: Seen[], change: NoteChange): boolean {
  const top = writers.at(-1)
  if (!top) return false
  return top[0] === change.writer || contains(change.over, top)
}

/**
 * What a row contains after a change was written: everything it did, what the author saw, and the change itself, last.
 */
export const joinWriters = (writers: Seen[], change: Pick<NoteChange, 'writer' | 'seq' | 'over'>): Seen[] =>
  newestOf([...writers, ...change.over, [change.writer, change.seq]])

/** What a row contains after a change was dealt with elsewhere: its last writer stays the last. */
export function noteAside(writers: Seen[], change: Pick<NoteChange, 'writer' | 'seq'>): Seen[] {
  const top = writers.at(-1)
  return newestOf([...writers.slice(0, -1), [change.writer, change.seq], ...(top ? [top] : [])])
}

function newestOf(all: Seen[]): Seen[] {
  const newest = new Map<string, number>()
  for (const [writer, seq] of all) {
    const known = newest.get(writer) ?? 0
    newest.delete(writer)
    newest.set(writer, Math.max(known, seq))
  }
  return [...newest].slice(-WRITERS_KEPT)
}

const bad = (field: string, sentence: string) =>
  new AppError('invalid_input', `note: ${field}`, { fields: { [field]: sentence } })

/** Refuses texts longer than a note or a bookmark may be. Throws `invalid_input`. */
export function checkChange(change: NoteChange): void {
  const longest = change.kind === 'note' ? NOTE_LENGTH : BOOKMARK_LENGTH
  if (change.body.length > longest)
    throw bad('body', `Das ist zu lang, höchstens ${longest.toLocaleString('de-DE')} Zeichen. Teil den Text auf.`)
  if (change.kind === 'bookmark' && change.second === null) throw bad('second', 'Eine Merkstelle braucht ihre Sekunde.')
}

/** A new note's second must lie in the film. Throws `invalid_input`. */
export function checkSecond(second: number | null, lengthSeconds: number): void {
  if (second === null) return
  if (!Number.isFinite(second) || second < 0 || second > lengthSeconds + OVERHANG_SECONDS)
    throw bad('second', 'Die Stelle liegt nicht im Film.')
}

/** A sentence of a checklist without what does not make it another one: marks, case, spaces, punctuation at its end. */
export const checklistSentence = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[*_`~]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[\s.!?…:;,]+$/, '')
    .trim()
