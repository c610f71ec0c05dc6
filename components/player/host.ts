import { createContext, useContext } from 'react'
import type { PlayerError } from '#browser/film/playback.ts'
import type { PlayerSettings } from '#domain/learning/settings/rules.ts'

export interface Chapter {
  /** Second of the film. */
  at: number
  title: string
}

/** What comes after the end of a film. */
export type After =
  | { kind: 'next'; lessonId: string; href: string; number: number; title: string }
  /** There is a next lesson, and it is closed; `sentence` says why or until when, the link is what can be done now. */
  | { kind: 'locked'; sentence: string; link: { href: string; text: string } | null }
  | { kind: 'end'; link: { href: string; text: string } | null }

/** The lesson a page shows. */
export interface PageLesson {
  lessonId: string
  number: number
  title: string
  /** Seconds. */
  durationSeconds: number
  /** Second at which this learner goes on, as the page knows it. */
  resumeAt?: number
  /** Second the address asks for („?t=83“); before everything else. */
  startAt?: number | null
  /** The viewer's `personId`; null when nobody is logged in (free lessons): then nothing is reported. */
  learnerId: string | null
  chapters?: Chapter[]
  after?: After | null
  /** What the account chose for the player; null: unknown, this device's copy holds. */
  settings?: Partial<PlayerSettings> | null
}

export type HostState = { kind: 'idle' | 'loading' | 'film' } | { kind: 'problem'; error: PlayerError }

/** Plays films. A page's `LessonPlayer` tells the host its lesson; the host keeps the film when pages change. */
export interface Host {
  state: HostState
  /**
   * Tells that the page shows this lesson; another lesson's film ends. Answers a function to call when the page goes.
   */
  show(lesson: PageLesson): () => void
  /** Starts the shown lesson; `at` in seconds, else where the learner stopped. */
  start(at?: number): Promise<void>
  openHelp(): void
}

export const HostContext = createContext<Host | null>(null)

export function useHost(): Host {
  const host = useContext(HostContext)
  if (!host) throw new Error('A LessonPlayer needs a FilmHost around it.')
  return host
}
