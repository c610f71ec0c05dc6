import { AppError, type ErrorCode } from '#errors'
import { type NoteState, noteState } from './noteState.ts'
import { contains, joinWriters, judge, type NoteChange, type NoteRow, noteAside, type Verdict } from './rules.ts'

/**
 * What became of one change: `saved` · `known` (a repetition, or somebody wrote the same) · `apart` (kept as a note of
 * its own, `copy`) · `near` (that second has a bookmark already, `note`) · `late` (a deletion that had not seen the
 * newest text) · `gone` (nothing to delete) · `refused`.
 */
export interface SavedChange {
  id: string
  writer: string
  seq: number
  outcome: 'saved' | 'known' | 'apart' | 'near' | 'late' | 'gone' | 'refused'
  /** The note as it stands now under this id (`near`: the one found there); null when it is deleted. */
  note: NoteState | null
  /** `apart`: where the text is now; null when that was deleted. */
  copy?: NoteState | null
  /** Why it was refused. */
  refusal?: { code: ErrorCode; details: AppError['details'] }
}

/** One person's notes while changes are joined into them; the caller holds their lock, so nobody else writes. */
export interface NoteShelf {
  find(id: string): Promise<NoteRow | null>
  write(row: NoteRow): Promise<void>
  /**
   * The id of the copy that this page's text becomes: the same one for whatever it goes on writing upon the version it
   * saw. A page that was told of its copy has seen a newer version, and what it writes then is another text.
   */
  copyId(id: string, change: Pick<NoteChange, 'writer' | 'base'>): string
  now(): Date
}

/** Longest chain of copies of copies; it takes that many pages writing into one note at the same time. */
const COPIES_DEEP = 8

/**
 * Joins a change into the note it names, or keeps its text as a copy: no text is replaced by somebody who had not seen
 * it. Throws `conflict` when a chain of copies gets too long.
 */
export async function joinNote(shelf: NoteShelf, row: NoteRow, change: NoteChange): Promise<SavedChange> {
  const { id, writer, seq } = change
  const answer = (outcome: SavedChange['outcome'], note: NoteRow, copy?: NoteRow): SavedChange => {
    const shown = (one: NoteRow) => (one.deletedAt ? null : noteState(one))
    return { id, writer, seq, outcome, note: shown(note), ...(copy && { copy: shown(copy) }) }
  }
  const verdict = judge(row, change)
  if (verdict === 'write') return answer('saved', await replace(shelf, row, change))
  // An earlier text of this page may have become a copy already, without the page having been told.
  const copy = row.writers.some(([who]) => who === writer) ? await shelf.find(shelf.copyId(row.id, change)) : null
  if (verdict === 'known')
    return copy && contains(copy.writers, [writer, seq]) ? answer('apart', row, copy) : answer('known', row)
  if (copy || verdict === 'apart') return answer('apart', row, await putBeside(shelf, row, change))
  return unseen(shelf, row, change, verdict, answer)
}

async function unseen(
  shelf: NoteShelf,
  row: NoteRow,
  change: NoteChange,
  verdict: Verdict,
  answer: (outcome: SavedChange['outcome'], note: NoteRow) => SavedChange,
): Promise<SavedChange> {
  if (verdict === 'revive') return answer('saved', await replace(shelf, row, change))
  // Remembered even when nothing happens: delivered once more when its text stands again, it must not happen then.
  await shelf.write({ ...row, writers: noteAside(row.writers, change) })
  return answer(verdict === 'late' ? 'late' : 'known', row)
}

async function replace(shelf: NoteShelf, row: NoteRow, change: NoteChange): Promise<NoteRow> {
  const now = shelf.now()
  const next: NoteRow = {
    ...row,
    // A deleted note keeps no text. „Rückgängig“ sends the text again.
    body: change.deleted ? '' : change.body,
    version: row.version + 1,
    writers: joinWriters(row.writers, change),
    updatedAt: now,
    deletedAt: change.deleted ? now : null,
  }
  await shelf.write(next)
  return next
}

/** The text that came second becomes a note of its own; the first note only remembers that this change is done. */
async function putBeside(shelf: NoteShelf, row: NoteRow, change: NoteChange): Promise<NoteRow> {
  await shelf.write({ ...row, writers: noteAside(row.writers, change) })
  let original = row
  for (let depth = 0; depth < COPIES_DEEP; depth++) {
    const id = shelf.copyId(original.id, change)
    const found = await shelf.find(id)
    if (!found) return beginCopy(shelf, row, id, change)
    const verdict = judge(found, change)
    if (verdict === 'write' || verdict === 'revive') return replace(shelf, found, change)
    if (verdict !== 'apart') return found
    original = found
  }
  throw new AppError('conflict', 'copies of copies of one note')
}

async function beginCopy(shelf: NoteShelf, row: NoteRow, id: string, change: NoteChange): Promise<NoteRow> {
  const now = shelf.now()
  const copy: NoteRow = {
    ...{ id, personId: row.personId, lessonId: row.lessonId, positionMs: row.positionMs, copyOf: row.id },
    // A lesson has one bookmark per second, so the copy of a bookmark's text is a note.
    kind: 'note',
    body: change.body,
    version: 1,
    writers: joinWriters([], change),
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  }
  await shelf.write(copy)
  return copy
}

/** The first row of a note; marked as deleted when its deletion arrives before the note itself. */
export const firstRow = (personId: string, change: NoteChange, now: Date): NoteRow => ({
  ...{ id: change.id, personId, lessonId: change.lessonId, kind: change.kind },
  body: change.deleted ? '' : change.body,
  positionMs: change.second === null ? null : Math.round(change.second * 1000),
  version: 1,
  writers: joinWriters([], change),
  copyOf: null,
  createdAt: now,
  updatedAt: now,
  deletedAt: change.deleted ? now : null,
})
