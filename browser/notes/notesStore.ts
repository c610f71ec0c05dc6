import { onLeave } from '#browser/kit/sender.ts'
import type { NoteState } from '#domain/learning/notes/noteState.ts'
import type { NoteKind } from '#domain/learning/notes/rules.ts'
import {
  changeOf,
  fromState,
  isDirty,
  type LocalNote,
  onAnswer,
  onHeard,
  onStored,
  type SentChange,
} from './localNote.ts'
import { announceNotes, type NotesNews, onNotesNews, type SyncState } from './notesNews.ts'
import { changesOf, putChange } from './notesQueue.ts'
import { flushNotes, readStored, retryRefused, sendNotesNow } from './notesSync.ts'

/** Pause in typing after which a text is kept: not every press of a key is sent, and no sentence is lost. */
const REST_MS = 900
/** A page that was hidden longer than this reads the stored notes again. */
const STALE_MS = 15_000

export interface NotesStore {
  notes(): readonly LocalNote[]
  sync(): SyncState
  subscribe(listener: () => void): () => void
  /** Listens and sends waiting changes; answers a function that ends this. */
  start(): () => void
  /** A new note; answers its key. */
  begin(note: { lessonId: string; kind: NoteKind; second: number | null; body: string }): string
  type(key: string, body: string): void
  /** Keeps what was typed now. */
  settle(key: string): void
  remove(key: string): void
  restore(key: string): void
  retry(): void
}

/**
 * The notes of one lesson, or of a page of the book (`lessonId` null), as this page holds them. One closure, because
 * typing, saving and news from other tabs all change the same list.
 */
export function createNotesStore(input: {
  learnerId: string
  lessonId: string | null
  /** The page of the book, as a query. */
  page?: string
  stored: NoteState[]
}): NotesStore {
  const { learnerId, lessonId } = input
  const me = crypto.randomUUID()
  let notes: readonly LocalNote[] = input.stored.map((state) => fromState(state))
  let sync: SyncState = 'sent'
  let seq = 0
  let answers = 0
  let starts = 0
  const listeners = new Set<() => void>()
  const rests = new Map<string, ReturnType<typeof setTimeout>>()

  const set = (next: readonly LocalNote[]) => {
    notes = next
    for (const listener of listeners) listener()
  }
  const find = (key: string) => notes.find((note) => note.key === key)
  const change = (key: string, fields: Partial<LocalNote>) =>
    set(notes.map((note) => (note.key === key ? { ...note, ...fields } : note)))
  const concerns = (one: Pick<SentChange, 'lessonId'>) => lessonId === null || one.lessonId === lessonId

  /** Makes a change of the field's text, keeps it and tells the other tabs; false: there is nothing new. */
  function commit(key: string): boolean {
    clearTimeout(rests.get(key))
    const note = find(key)
    if (!note?.typing) return false
    const made = changeOf(note, me, ++seq)
    putChange(learnerId, made)
    change(key, { typing: false, pending: made.seq, sync: 'saving', message: null })
    announceNotes({ kind: 'written', learnerId, change: made })
    return true
  }
  function settle(key: string): void {
    if (commit(key)) void flushNotes(learnerId)
  }

  function hear(news: NotesNews): void {
    if (news.learnerId !== learnerId) return
    if (news.kind === 'sync') {
      sync = news.state
      const kept = sync === 'sent' ? 'saving' : 'kept'
      set(notes.map((note) => (note.sync === 'saving' || note.sync === 'kept' ? { ...note, sync: kept } : note)))
    } else if (news.kind === 'written' && news.change.writer !== me && concerns(news.change)) {
      set(onHeard(notes, news.change))
    } else if (news.kind === 'answered' && concerns(news.sent)) {
      answers++
      set(onAnswer(notes, news.answer, news.sent, me))
    }
  }

  /** Call when the page may be ending: sends everything unsent without waiting for answers. */
  function leave(): void {
    for (const note of notes) commit(note.key)
    sendNotesNow()
  }

  async function refresh(): Promise<void> {
    const before = answers
    const busy = notes.some(isDirty)
    const stored = await readStored(lessonId, input.page)
    if (stored) set(onStored(notes, stored.notes, !busy && before === answers))
  }

  function start(): () => void {
    let hiddenAt = 0
    const onVisibility = () => {
      if (document.visibilityState === 'hidden') hiddenAt = Date.now()
      else if (hiddenAt > 0 && Date.now() - hiddenAt > STALE_MS) void refresh()
    }
    const onOnline = () => void flushNotes(learnerId).then(refresh)
    // Goes on while the page is hidden, because it may return and must know the answers that came meanwhile.
    if (starts++ === 0) onNotesNews(hear)
    else void refresh()
    const stops = [
      onLeave(leave),
      listen(window, 'online', onOnline),
      listen(document, 'visibilitychange', onVisibility),
    ]
    void changesOf(learnerId).then((waiting) => {
      for (const one of waiting) if (concerns(one)) set(onHeard(notes, one, waiting))
      if (waiting.length > 0) void retryRefused(learnerId)
      else void flushNotes(learnerId)
    })
    return () => {
      for (const note of notes) settle(note.key)
      for (const stop of stops) stop()
    }
  }

  return {
    notes: () => notes,
    sync: () => sync,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start,
    begin({ lessonId: lesson, kind, second, body }) {
      const id = crypto.randomUUID()
      const now = new Date().toISOString()
      const state = { id, lessonId: lesson, kind, second, body, version: 0, copyOf: null, by: null }
      set([...notes, { ...fromState({ ...state, createdAt: now, updatedAt: now }), typing: true, sync: 'saving' }])
      if (kind === 'bookmark') settle(id)
      else rest(id)
      return id
    },
    type(key, body) {
      change(key, { body, typing: true, sync: 'saving', message: null, updatedAt: new Date().toISOString() })
      rest(key)
    },
    settle,
    remove(key) {
      const note = find(key)
      if (!note) return
      const neverLeft = note.version === 0 && note.pending === null && Object.keys(note.over).length === 0
      change(key, { deleted: true, typing: !neverLeft })
      settle(key)
    },
    restore(key) {
      change(key, { deleted: false, typing: true, sync: 'saving' })
      settle(key)
    },
    retry: () => void retryRefused(learnerId),
  }

  function rest(key: string): void {
    clearTimeout(rests.get(key))
    rests.set(
      key,
      setTimeout(() => settle(key), REST_MS),
    )
  }
}

function listen(target: EventTarget, name: string, handler: () => void): () => void {
  target.addEventListener(name, handler)
  return () => target.removeEventListener(name, handler)
}
