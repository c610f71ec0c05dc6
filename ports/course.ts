export interface Lesson {
  /** Never changes, because progress is stored under it. */
  id: string
  /** Also the URL part. */
  slug: string
  /** 1…75 through the whole course. */
  number: number
  moduleId: string
  title: string
  /** „Danach kannst du …“ */
  goal: string
  durationSeconds: number
  free: boolean
  /** Bunny guid from the front matter; a `lesson_video` row overrides it. */
  videoGuid: string | null
  /** False while only the outline exists. */
  written: boolean
  hasCaptions: boolean
  /** Parts of the film, `at` in seconds; empty before the lesson is written. */
  chapters: { at: number; title: string }[]
  /** „2026-11-30“, for a lesson added later: „neu“ for whoever bought before, and counted only once it is done. */
  addedAt?: string | null
}

export interface CourseModule {
  id: string
  number: number
  title: string
  subtitle: string
  /** Which of the twelve tool drawings. */
  tool: string
  goal: string
  lessons: Lesson[]
}

export interface Course {
  id: 'kurs'
  title: string
  modules: CourseModule[]
  lessons: Lesson[]
}

/** `date`: `at` is wall clock in Berlin, „2026-11-30T06:00“. `days`: so many days after the grant began, at `time`. */
export type ReleaseRule = { kind: 'now' } | { kind: 'date'; at: string } | { kind: 'days'; days: number; time: string }

export interface ReleasePlan {
  default: ReleaseRule
  modules: Record<string, ReleaseRule>
  lessons: Record<string, ReleaseRule>
}

/** One line of the spoken text; `from` and `to` in seconds of the film. */
export interface SpokenCue {
  from: number
  to: number
  text: string
}

/** Reads `content/` from disk, once; works without a database. */
export interface Content {
  course(): Course
  lesson(slugOrId: string): Lesson | null
  /** Rendered HTML of our own Markdown. */
  lessonHtml(lessonId: string): string
  /** The sentences of the lesson's checklist in order: as text, and as HTML of our own Markdown. */
  checklist(lessonId: string): { text: string; html: string }[]
  /** WebVTT text, null if there is none. */
  captions(lessonId: string): string | null
  /** The captions as sentences with times; empty if there are none, or they cannot be read. */
  cues(lessonId: string): SpokenCue[]
  releases(): ReleasePlan
  /** The two checkbox sentences of the order page with the version that is stored beside each order. */
  consent(): { version: string; startNow: string; acknowledgesLoss: string }
  legalHtml(page: 'agb' | 'datenschutz' | 'impressum' | 'widerruf' | 'barrierefreiheit'): string
  /** HTML of the instruction on withdrawal with its form, without what the page „widerruf“ says of itself before it. */
  withdrawalInstruction(): string
}
