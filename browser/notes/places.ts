import { NEAR_MS } from '#domain/learning/notes/noteLimits.ts'
import type { LocalNote } from './localNote.ts'

/** By second, notes on the whole lesson first; then the older one first. */
export const byPlace = (a: LocalNote, b: LocalNote): number =>
  (a.second ?? -1) - (b.second ?? -1) || a.createdAt.localeCompare(b.createdAt) || a.key.localeCompare(b.key)

/** Whether this bookmark counts as one at that second, as the server judges. */
export const isNear = (note: LocalNote, second: number): boolean =>
  note.kind === 'bookmark' && !note.deleted && Math.abs((note.second ?? -10) - second) * 1000 < NEAR_MS
