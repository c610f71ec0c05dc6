import type { Quality } from '#domain/learning/settings/rules.ts'
import { type Playback, PlayerError } from './playback.ts'

/** Why the film does not load at the moment, while further tries go on. */
export type Trouble = 'offline' | 'failing'

export interface FilmOptions {
  lessonId: string
  first: Playback
  /** Seconds. */
  startAt: number
  quality: Quality
  /** Heights of the film's levels, when they are known; empty where the browser chooses by itself. */
  onLines: (lines: number[]) => void
  /** Null: the film loads again. */
  onTrouble: (trouble: Trouble | null) => void
  /** The film cannot go on: the access ended, or every recovery failed. */
  onStop: (error: PlayerError) => void
}

export interface FilmSource {
  setQuality(quality: Quality): void
  destroy(): void
}

/** After so many refusals in a row, in spite of new signatures and tries, the film stops. */
export const MAX_FAILURES = 6

export const broken = () =>
  new PlayerError(
    'film',
    0,
    'Der Film lässt sich gerade nicht laden. Deine Stelle ist gemerkt; versuche es noch einmal.',
  )

/** Whether a status may pass by itself: no answer (0), or an error of the server. Then tries go on without end. */
export const mayPass = (status: number) => status === 0 || status === 408 || status === 429 || status >= 500

/** Tries again after 1, 2, 4, then every 8 seconds, and at once when the browser goes online. One try at a time. */
export function createRetry(attempt: () => void) {
  const LONGEST_MS = 8_000
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = 1_000
  const go = () => {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    attempt()
  }
  window.addEventListener('online', go)
  return {
    later: () => {
      if (timer !== undefined) return
      timer = setTimeout(go, wait)
      wait = Math.min(wait * 2, LONGEST_MS)
    },
    worked: () => {
      wait = 1_000
    },
    stop: () => {
      window.removeEventListener('online', go)
      clearTimeout(timer)
      timer = undefined
    },
  }
}
