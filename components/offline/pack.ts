import { PACK_PATH } from './offlineNames.ts'

/** What the shell reads; the same shapes as the answers of `/api/offline` and `/api/notes`. */
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
}

export interface KeptNotesAnswer {
  notes: KeptNoteRow[]
}

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

/** Which part of what is kept an address asks for. */
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

/** null: nothing is kept on this device (or nobody is logged in). */
export async function readPack(): Promise<Pack | null> {
  return readKept<Pack>(PACK_PATH)
}

export async function readKept<Value>(path: string): Promise<Value | null> {
  try {
    const answer = await fetch(path)
    return answer.ok ? ((await answer.json()) as Value) : null
  } catch {
    return null
  }
}
