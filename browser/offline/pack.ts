import type { NoteChange } from '#domain/learning/notes/rules.ts'
import { cacheNames, PACK_PATH } from './offlineNames.ts'

/** The data that the offline shell reads. */

/** A lesson as `/api/offline` gives it. */
export interface PackLesson {
  slug: string
  id: string
  number: number
  title: string
  goal: string
  module: { number: number; title: string }
  durationSeconds: number
  done: boolean
  html: string
  captions: string | null
}

/** What `/api/offline` answers. */
export interface Pack {
  courseTitle: string
  madeAt: string
  lessons: PackLesson[]
  locked: number
}

export interface KeptNoteRow {
  id: string
  lessonId: string
  second: number | null
  body: string
  /** Written on this device and not yet sent. */
  waits?: boolean
}

/** What `/api/notes` answers, as far as it is read here. */
export interface KeptNotesAnswer {
  notes: KeptNoteRow[]
}

/** What `/api/plan` answers, as far as it is read here. */
export interface KeptPlanAnswer {
  weeks: {
    days: { day: string; lessons: { id: string; slug: string; number: number; title: string; seconds: number }[] }[]
  }[]
}

export type View =
  | { kind: 'overview' }
  | { kind: 'lesson'; lesson: PackLesson }
  | { kind: 'missing' }
  | { kind: 'notes' }
  | { kind: 'plan' }

/** The part of the kept data that an address asks for. */
export function viewOf(pathname: string, lessons: PackLesson[]): View {
  const slug = /^\/lektionen\/([^/]+)$/.exec(pathname)?.[1]
  if (slug !== undefined) {
    const lesson = lessons.find((one) => one.slug === decodeURIComponent(slug))
    return lesson ? { kind: 'lesson', lesson } : { kind: 'missing' }
  }
  if (pathname === '/heft') return { kind: 'notes' }
  if (pathname === '/plan') return { kind: 'plan' }
  return { kind: 'overview' }
}

/** The kept notes with the unsent changes of this device applied; `waiting` oldest first. */
export function withWaiting(notes: KeptNoteRow[], waiting: NoteChange[]): KeptNoteRow[] {
  const all = new Map(notes.map((note) => [note.id, note]))
  for (const { id, lessonId, second, body, deleted } of waiting)
    if (deleted) all.delete(id)
    else all.set(id, { id, lessonId, second: all.get(id)?.second ?? second, body, waits: true })
  return [...all.values()]
}

/** null: nothing is kept on this device (or nobody is logged in). */
export const readPack = (): Promise<Pack | null> => readKept<Pack>(PACK_PATH)

/** A kept answer, however old; null without one. Only for the offline shell: other pages ask the network. */
export async function readKept<Value>(path: string): Promise<Value | null> {
  try {
    const answer = await caches.match(path, { cacheName: cacheNames.answers })
    return answer ? ((await answer.json()) as Value) : null
  } catch {
    return null
  }
}
