import type { SavedChange } from '#domain/learning/notes/joinNote.ts'
import type { NoteState } from '#domain/learning/notes/noteState.ts'
import type { NoteChange, Seen } from '#domain/learning/notes/rules.ts'

/**
 * A note as a page holds it, and what pages, other tabs and the server tell of it: pure, so that a test can let any
 * number of them talk in any order. Which text somebody had before the eyes is written down here and nowhere else.
 */
export interface LocalNote extends NoteState {
  /** Stays when the note becomes another one, so that a field being typed in keeps its place. */
  key: string
  deleted: boolean
  /** Changes not yet confirmed whose text stood on this page: page → number. */
  over: Record<string, number>
  /** This page's newest change that has no answer yet. */
  pending: number | null
  /** There is text in the field that is not yet a change. */
  typing: boolean
  sync: 'saved' | 'saving' | 'kept' | 'refused'
  /** Why it was refused. */
  message: string | null
}

export type SentChange = NoteChange
/** One change's answer as it comes over the wire. */
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

/** Somebody is at it on this page: nothing that comes from elsewhere may change the text under their hands. */
export const isDirty = (note: LocalNote): boolean => note.typing || note.pending !== null

/** The change that carries what stands in the field now. */
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

/** A note that became another one keeps its key, so the key of whoever comes under its old id must be a new one. */
const freeKey = (notes: Notes, id: string) => (notes.some((note) => note.key === id) ? crypto.randomUUID() : id)

/** The text of elsewhere replaces ours, unless somebody is at it. */
function adopt(notes: Notes, id: string, state: NoteState | null): LocalNote[] {
  const local = notes.find((note) => note.id === id)
  if (!local) return state ? [...notes, fromState(state, freeKey(notes, state.id))] : [...notes]
  if (isDirty(local)) return [...notes]
  // Our own deletion stays where it was, with its way back.
  if (!state) return local.deleted ? [...notes] : put(notes, local.key, null)
  return put(notes, local.key, { ...fromState(state, local.key) })
}

const contains = (all: readonly Seen[], [page, number]: Seen) =>
  all.some(([who, newest]) => who === page && newest >= number)

const without = (over: Record<string, number>, writer: string, seq: number) =>
  Object.fromEntries(Object.entries(over).filter(([page, number]) => page !== writer || number > seq))

/** What the server said about a change, of this page (`me`) or of another one of this browser. */
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

/** A change of another page that this one never showed. */
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
  // Somebody went on from our text meanwhile. With ours in work, its version must not be taken for seen.
  const calm = put(notes, local.key, settledSync(local))
  return isDirty(local) ? calm : adopt(put(calm, local.key, { deleted: false }), local.id, note)
}

/** The deletion had not seen the newest text, so there it is again. */
function afterLate(notes: Notes, local: LocalNote, note: NoteState | null): LocalNote[] {
  if (isDirty(local)) return put(notes, local.key, settledSync(local))
  return adopt(put(notes, local.key, { deleted: false }), local.id, note)
}

/** Our text became a note of its own: the field goes on as that one, and the other text appears beside it. */
function afterApart(notes: Notes, local: LocalNote, { note, copy }: Answer, sent: SentChange): LocalNote[] {
  if (!copy) return adopt(isDirty(local) ? notes : put(notes, local.key, null), local.id, note)
  // A newer change of ours is under way under the old id; its own answer says where the field goes on.
  if (local.pending !== null) return adopt(put(notes, local.key, settledSync(local)), copy.id, copy)
  const twin = notes.find((one) => one.id === copy.id)
  if (twin && isDirty(twin)) {
    // Both are being written in: ours goes on as a note that nobody knows yet.
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
 * Another page of this browser, or an earlier one, has written what the server may not know yet. `waiting`: all that
 * still waits, if that is known; what is no longer in it has been answered, and whoever wrote later had it before the
 * eyes.
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
  // Stored already, though its answer is still to come: whoever goes on from here has seen it.
  if (local.by && contains([local.by], [change.writer, change.seq]))
    return put(notes, local.key, { over: { ...local.over, [change.writer]: change.seq } })
  if (isDirty(local)) return [...notes]
  // What stands here must be known to whoever replaces it, or our next edit would claim to have seen both.
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
 * What is stored, read just now: new notes come, newer texts replace older ones, and what was deleted elsewhere goes;
 * except where somebody is at it. `whole`: nothing was saved while it was read, so what is missing is really gone.
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
