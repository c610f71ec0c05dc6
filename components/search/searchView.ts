export interface Hit {
  kind: string
  second: number | null
  section: string | null
  parts: { text: string; hit: boolean }[]
}

export interface FoundLesson {
  id: string
  lesson: { slug: string; number: number; title: string; open: boolean } | null
  hits: Hit[]
  more: number
}

/** What the search answers, as the page reads it. */
export interface Found {
  query: string
  state: 'empty' | 'short' | 'long' | 'common' | 'none' | 'found'
  lessons: FoundLesson[]
  total: number
  corrected: { typed: string; word: string }[]
  shortened: boolean
  closed: number
}

const names: Record<string, string> = {
  title: 'Titel',
  goal: 'Ziel',
  chapter: 'Kapitel',
  text: 'Text',
  exercise: 'Übung',
  checklist: 'Checkliste',
  further: 'Lesen',
  spoken: 'Film',
  note: 'Notiz',
  bookmark: 'Merkstelle',
}
export const kindName = (kind: string) => names[kind] ?? 'Text'

const former = '/heft?modul=frueher'
const lessonPath = (slug: string) => `/lektionen/${encodeURIComponent(slug)}`

export const lessonHref = ({ lesson }: FoundLesson) => (lesson ? lessonPath(lesson.slug) : former)

/**
 * A link to the second of the film if there is one, else to the section; to the Heft for a note of a lesson that is
 * gone.
 */
export function hitHref({ lesson }: FoundLesson, { second, section }: Hit): string {
  if (!lesson) return former
  if (second !== null && lesson.open) return `${lessonPath(lesson.slug)}?t=${second}`
  return lessonPath(lesson.slug) + (section ? `#${section}` : '')
}

/** „7 Lektionen“, „1 Lektion“ */
export const lessonCount = (count: number) => (count === 1 ? '1 Lektion' : `${count} Lektionen`)
