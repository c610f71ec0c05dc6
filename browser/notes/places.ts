import type { LocalNote } from './localNote.ts'

/** Two bookmarks nearer than this are one; the server says the same. */
const NEAR_SECONDS = 2

/** By second, what concerns the whole lesson first; then by age. */
export const byPlace = (a: LocalNote, b: LocalNote): number =>
  (a.second ?? -1) - (b.second ?? -1) || a.createdAt.localeCompare(b.createdAt) || a.key.localeCompare(b.key)

export const isNear = (note: LocalNote, second: number): boolean =>
  note.kind === 'bookmark' && !note.deleted && Math.abs((note.second ?? -10) - second) < NEAR_SECONDS
