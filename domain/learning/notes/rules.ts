import { AppError } from '#errors'
import { OVERHANG_SECONDS } from '../rules.ts'
import { BOOKMARK_LENGTH, NOTE_LENGTH } from './noteLimits.ts'

/** Most notes and bookmarks of one person that are not deleted. */
export const NOTES_PER_PERSON = 2_000
/** The same with deleted ones, whose rows stay for a while: stops whoever writes and deletes without end. */
export const ROWS_PER_PERSON = 12_000
/** UTF-8 bytes of all their texts. */
export const BYTES_PER_PERSON = 4_000_000
/** How long the row of a deleted note stays (a tombstone), so that an offline device cannot bring it back. */
export const TOMBSTONE_MS = 30 * 86_400_000
/** So many of the pages that wrote a note are remembered in its row. */
const WRITERS_KEPT = 40

export type NoteKind = 'note' | 'bookmark'

/** Names a change: the page that made it, and its number among that page's changes. */
export type Seen = [writer: string, seq: number]

export interface NoteRow {
  id: string
  personId: string
  lessonId: string
  kind: NoteKind
  positionMs: number | null
  body: string
  version: number
  /** For each page that wrote here its newest change contained in this row, the last writer last. */
  writers: Seen[]
  /** The note that this text could not be joined with. */
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
  /** Version of the stored text that its author saw; 0: none. */
  base: number
  /** The page that made the change; `seq` grows with each of its changes. */
  writer: string
  seq: number
  /** Changes of earlier pages and other tabs, not yet confirmed, whose text the author saw too. */
  over: Seen[]
}

/**
 * What becomes of a change. `write`: its author saw what it replaces · `known`: a repetition · `apart`: its author
 * never saw the stored text, so both are kept · `revive`: the stored text, though unseen, is deleted or empty, so
 * writing loses nothing · `same`: somebody else wrote the same text · `late`: its author wants to delete or empty a
 * text without having seen the newest, so nothing happens.
 */
export type Verdict = 'write' | 'known' | 'apart' | 'revive' | 'same' | 'late'

/**
 * The one rule for changes from several devices and tabs: a text is only replaced or deleted by somebody who saw it,
 * and a repeated change counts once. Pure; `row` is null when there is none (any more).
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
  // An edit by somebody who did not know of the deletion wins: keeping a text matters more than keeping it deleted.
  return row.deletedAt || row.body === '' ? 'revive' : 'apart'
}

/** True when the text has this change in it, or a later one by the same writer. */
export const contains = (writers: Seen[], [writer, seq]: Seen) =>
  writers.some(([who, newest]) => who === writer && newest >= seq)

function sawTop(writers: Seen[], change: NoteChange): boolean {
  const top = writers.at(-1)
  if (!top) return false
  return top[0] === change.writer || contains(change.over, top)
}

/**
 * The changes that a row contains after a change was written: those it had, those that the author saw, and the change
 * itself as the last.
 */
export const joinWriters = (writers: Seen[], change: Pick<NoteChange, 'writer' | 'seq' | 'over'>): Seen[] =>
  newestOf([...writers, ...change.over, [change.writer, change.seq]])

/** The changes that a row contains after a change went into a copy: noted too, but the last writer stays the last. */
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

/** Throws `invalid_input` for a text too long for a note or a bookmark, and for a bookmark without its second. */
export function checkChange(change: NoteChange): void {
  const longest = change.kind === 'note' ? NOTE_LENGTH : BOOKMARK_LENGTH
  if (change.body.length > longest)
    throw bad('body', `Das ist zu lang, höchstens ${longest.toLocaleString('de-DE')} Zeichen. Teil den Text auf.`)
  if (change.kind === 'bookmark' && change.second === null) throw bad('second', 'Eine Merkstelle braucht ihre Sekunde.')
}

/** Throws `invalid_input` when a new note's second does not lie in the film. */
export function checkSecond(second: number | null, lengthSeconds: number): void {
  if (second === null) return
  if (!Number.isFinite(second) || second < 0 || second > lengthSeconds + OVERHANG_SECONDS)
    throw bad('second', 'Die Stelle liegt nicht im Film.')
}

/** A sentence of a checklist as its identity: without Markdown marks, case, spaces and punctuation at its end. */
export const checklistSentence = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[*_`~]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[\s.!?…:;,]+$/, '')
    .trim()
