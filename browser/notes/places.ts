import type { LocalNote } from './localNote.ts'

/** Two bookmarks nearer than this count as one, as on the server. */
const NEAR_SECONDS = 2

/** By second, notes on the whole lesson first; then the older one first. */
export const byPlace = (a: LocalNote, b: LocalNote): number =>
  (a.second ?? -1) - (b.second ?? -1) || a.createdAt.localeCompare(b.createdAt) || a.key.localeCompare(b.key)

export const isNear = (note: LocalNote, second: number): boolean =>
  note.kind === 'bookmark' && !note.deleted && Math.abs((note.second ?? -10) - second) < NEAR_SECONDS
