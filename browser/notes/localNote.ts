import type { SavedChange } from '#domain/learning/notes/joinNote.ts'
import type { NoteState } from '#domain/learning/notes/noteState.ts'
import type { NoteChange, Seen } from '#domain/learning/notes/rules.ts'

/**
 * How messages of other tabs and the server change the notes that a page holds. Pure, so that a test can combine any
 * number of pages in any order.
 */

/** A note as a page holds it. Only here is recorded which text the person at this page has seen. */
export interface LocalNote extends NoteState {
  /** Stays the same when the note gets another id, so that a field in use keeps its place. */
  key: string
  deleted: boolean
  /** Unconfirmed changes of other pages whose text was shown here: page → number. */
  over: Record<string, number>
  /** Number of this page's newest change without an answer; null: none. */
  pending: number | null
  /** The field holds text that is not yet a change. */
  typing: boolean
  sync: 'saved' | 'saving' | 'kept' | 'refused'
  /** Why it was refused. */
  message: string | null
}

export type SentChange = NoteChange
/** The server's answer to one change, as JSON carries it. */
export type Answer = Omit<SavedChange, 'refusal'> & { refusal?: { code: string; message: string } }

export const fromState = (state: NoteState, key: string = state.id): LocalNote => ({
  ...state,
  key,
  deleted: false,
  over: {},
  pending: null,
  typing: false,
  sync: 'saved',
  message: null,
})

/** Whether the note is being edited on this page; then nothing from elsewhere may change its text. */
export const isDirty = (note: LocalNote): boolean => note.typing || note.pending !== null

/** A change with the field's present text. */
export const changeOf = (note: LocalNote, writer: string, seq: number): SentChange => ({
  id: note.id,
  lessonId: note.lessonId,
  kind: note.kind,
  second: note.second,
  body: note.deleted ? '' : note.body,
  deleted: note.deleted,
  base: note.version,
  writer,
  seq,
  over: Object.entries(note.over).map(([page, number]): Seen => [page, number]),
})

type Notes = readonly LocalNote[]

const put = (notes: Notes, key: string, change: Partial<LocalNote> | null): LocalNote[] =>
  notes.flatMap((note) => (note.key !== key ? [note] : change === null ? [] : [{ ...note, ...change }]))

/** A key for a note: its id, or a new one if a note that changed its id still uses that key. */
const freeKey = (notes: Notes, id: string) => (notes.some((note) => note.key === id) ? crypto.randomUUID() : id)

/** Takes over a state from elsewhere, unless the note is being edited here. */
function adopt(notes: Notes, id: string, state: NoteState | null): LocalNote[] {
  const local = notes.find((note) => note.id === id)
  if (!local) return state ? [...notes, fromState(state, freeKey(notes, state.id))] : [...notes]
  if (isDirty(local)) return [...notes]
  // A note deleted on this page stays visible as deleted, so that it can be restored.
  if (!state) return local.deleted ? [...notes] : put(notes, local.key, null)
  return put(notes, local.key, { ...fromState(state, local.key) })
}

const contains = (all: readonly Seen[], [page, number]: Seen) =>
  all.some(([who, newest]) => who === page && newest >= number)

const without = (over: Record<string, number>, writer: string, seq: number) =>
  Object.fromEntries(Object.entries(over).filter(([page, number]) => page !== writer || number > seq))

/** Applies the server's answer to a change of this page (`me`) or of another page of this browser. */
export function onAnswer(notes: Notes, answer: Answer, sent: SentChange, me: string): LocalNote[] {
  const { id, writer, seq, outcome } = answer
  const local = notes.find((note) => note.id === id)
  const mine = writer === me
  const saw = local !== undefined && (mine || (local.over[writer] ?? 0) >= seq)
  if (!local || !saw) return afterForeign(notes, answer)
  const done = !mine || local.pending === null || local.pending <= seq
  const pending = mine && done ? null : local.pending
  const settled = { ...local, pending, over: without(local.over, writer, seq) }
  const calm = !isDirty(settled)
  switch (outcome) {
    case 'refused':
      return put(notes, local.key, done ? { sync: 'refused', message: answer.refusal?.message ?? null } : {})
    case 'gone':
      return calm && !local.deleted ? put(notes, local.key, null) : put(notes, local.key, settledSync(settled))
    case 'near':
      return adopt(
        calm ? put(notes, local.key, null) : put(notes, local.key, settled),
        answer.note?.id ?? '',
        answer.note,
      )
    case 'late':
      return afterLate(put(notes, local.key, settled), settled, answer.note)
    case 'apart':
      return afterApart(put(notes, local.key, settled), settled, answer, sent)
    default:
      return afterSaved(put(notes, local.key, settled), settled, answer, sent)
  }
}

const settledSync = (note: LocalNote): Partial<LocalNote> => ({
  ...note,
  sync: isDirty(note) || Object.keys(note.over).length > 0 ? 'saving' : 'saved',
  message: null,
})

/** Applies the answer to another page's change that was never shown here. */
function afterForeign(notes: Notes, { id, outcome, note, copy }: Answer): LocalNote[] {
  if (outcome === 'refused' || outcome === 'gone') return [...notes]
  const known = outcome === 'near' ? adopt(notes, note?.id ?? '', note) : adopt(notes, id, note)
  return copy ? adopt(known, copy.id, copy) : known
}

function afterSaved(notes: Notes, local: LocalNote, { note }: Answer, sent: SentChange): LocalNote[] {
  const contained = sent.deleted ? note === null : note?.body === sent.body
  if (contained) {
    const stored = note ? { version: note.version, updatedAt: note.updatedAt, copyOf: note.copyOf, by: note.by } : {}
    return put(notes, local.key, { ...settledSync(local), ...stored })
  }
  // Somebody has changed our text meanwhile. While we edit it here, that version must not count as seen.
  const calm = put(notes, local.key, settledSync(local))
  return isDirty(local) ? calm : adopt(put(calm, local.key, { deleted: false }), local.id, note)
}

/** Our deletion was refused because there is a newer text, so the note appears again. */
function afterLate(notes: Notes, local: LocalNote, note: NoteState | null): LocalNote[] {
  if (isDirty(local)) return put(notes, local.key, settledSync(local))
  return adopt(put(notes, local.key, { deleted: false }), local.id, note)
}

/** Our text became a note of its own: the field now belongs to that note, and the other text appears beside it. */
function afterApart(notes: Notes, local: LocalNote, { note, copy }: Answer, sent: SentChange): LocalNote[] {
  if (!copy) return adopt(isDirty(local) ? notes : put(notes, local.key, null), local.id, note)
  // A newer change of ours is under way under the old id; its answer decides which note the field belongs to.
  if (local.pending !== null) return adopt(put(notes, local.key, settledSync(local)), copy.id, copy)
  const twin = notes.find((one) => one.id === copy.id)
  if (twin && isDirty(twin)) {
    // Both are being edited: ours becomes a new note that nobody knows yet.
    const fresh = { id: crypto.randomUUID(), version: 0, over: {}, typing: true }
    return adopt(put(notes, local.key, isDirty(local) ? fresh : null), sent.id, note)
  }
  const rest = twin ? put(notes, twin.key, null) : notes
  const { id, kind, copyOf, createdAt, updatedAt, by } = copy
  const contained = copy.body === sent.body
  const moved = { ...local, ...{ id, kind, copyOf, createdAt, updatedAt, by }, version: contained ? copy.version : 0 }
  const kept = put(rest, local.key, settledSync(moved))
  return adopt(contained || isDirty(moved) ? kept : adopt(kept, copy.id, copy), sent.id, note)
}

/**
 * Applies a change that another or earlier page of this browser wrote and the server may not know yet. `waiting`: all
 * changes that still wait, if known; any other has been answered, so that the author of a later change had seen it.
 */
export function onHeard(notes: Notes, change: SentChange, waiting?: readonly SentChange[]): LocalNote[] {
  const local = notes.find((note) => note.id === change.id)
  const over = Object.fromEntries([...change.over, [change.writer, change.seq] as Seen])
  if (!local) {
    if (change.deleted) return [...notes]
    const at = new Date().toISOString()
    const { id, lessonId, kind, second, body, base } = change
    const state = {
      id,
      lessonId,
      kind,
      second,
      body,
      version: base,
      copyOf: null,
      by: null,
      createdAt: at,
      updatedAt: at,
    }
    return [...notes, { ...fromState(state, freeKey(notes, id)), over, sync: 'saving' }]
  }
  // The change is stored already, though its answer has not arrived: edits from here on have seen it.
  if (local.by && contains([local.by], [change.writer, change.seq]))
    return put(notes, local.key, { over: { ...local.over, [change.writer]: change.seq } })
  if (isDirty(local)) return [...notes]
  // Only a change whose author saw the text shown here may replace it; else our next edit would claim to know both.
  const contained: Seen[] = [...change.over, [change.writer, change.seq]]
  const knowsStored = change.base >= local.version || (local.by !== null && contains(contained, local.by))
  const isAnswered = ([page, number]: Seen) =>
    waiting?.every((one) => one.id !== change.id || one.writer !== page || one.seq < number) ?? false
  const knowsOurs = Object.entries(local.over).every((seen) => contains(contained, seen) || isAnswered(seen))
  if (!knowsStored || !knowsOurs) return [...notes]
  if (change.deleted) return put(notes, local.key, null)
  const version = Math.max(change.base, local.version)
  return put(notes, local.key, {
    ...{ body: change.body, version, deleted: false, sync: 'saving' },
    over: { ...local.over, ...over },
  })
}

/**
 * Applies the stored notes just read: new notes appear, newer texts replace older ones, and notes deleted elsewhere
 * disappear, except those being edited here. `whole`: nothing was saved during the reading, so that missing notes are
 * really gone.
 */
export function onStored(notes: Notes, states: NoteState[], whole: boolean): LocalNote[] {
  let next = [...notes]
  for (const state of states) {
    const local = next.find((note) => note.id === state.id)
    if (!local || (state.version > local.version && Object.keys(local.over).length === 0 && !local.deleted))
      next = adopt(next, state.id, state)
  }
  if (!whole) return next
  const stored = new Set(states.map(({ id }) => id))
  const untouched = (note: LocalNote) =>
    !isDirty(note) && !note.deleted && note.version > 0 && Object.keys(note.over).length === 0 && note.sync === 'saved'
  return next.filter((note) => stored.has(note.id) || !untouched(note))
}
