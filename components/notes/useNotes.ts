import { useEffect, useState, useSyncExternalStore } from 'react'
import { fromState, type LocalNote } from '#browser/notes/localNote.ts'
import type { SyncState } from '#browser/notes/notesNews.ts'
import { createNotesStore, type NotesStore } from '#browser/notes/notesStore.ts'
import type { NoteState } from '#domain/learning/notes/noteState.ts'

/** Stores by the list they were made with: „Back“ shows a page with its old list again, and its store is newer. */
const stores = new WeakMap<NoteState[], NotesStore>()

function storeFor(input: {
  learnerId: string
  lessonId: string | null
  page?: string
  stored: NoteState[]
}): NotesStore {
  const store = stores.get(input.stored) ?? createNotesStore(input)
  stores.set(input.stored, store)
  return store
}

/** The present notes of a lesson, or of a page of the book, their state of sending, and their store. */
export function useNotes(input: { learnerId: string; lessonId: string | null; page?: string; stored: NoteState[] }): {
  notes: readonly LocalNote[]
  sync: SyncState
  store: NotesStore
} {
  const [store] = useState(() => storeFor(input))
  // The notes as the server rendered them, so that hydration matches.
  const [first] = useState(() => input.stored.map((state) => fromState(state)))
  const notes = useSyncExternalStore(store.subscribe, store.notes, () => first)
  const sync = useSyncExternalStore(store.subscribe, store.sync, () => 'sent' as const)
  useEffect(() => store.start(), [store])
  return { notes, sync, store }
}
