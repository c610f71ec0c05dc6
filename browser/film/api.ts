import { type ApiAnswer, callApi, postJson } from '#browser/kit/callApi.ts'

/** The player's calls to our server, and one error type for everything that can go wrong with them. */
export interface Playback {
  playlistUrl: string
  expiresAt: string
  captions: string | null
  /** Seconds; null while the server's database is away. */
  resumeAt: number | null
  /** Length in seconds of the film to be played; the page may have been rendered for another film. */
  duration: number
}

/** What the server says about one lesson after a report. */
export interface LessonProgress {
  lessonId: string
  percent: number
  position: number
  done: boolean
  doneMark: boolean | null
}

export class PlayerError extends Error {
  /** A code of the server, or `offline` when there was no answer at all. */
  readonly code: string
  readonly status: number
  constructor(code: string, status: number, message: string) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** The player's own code could not be loaded. */
export const unloadable = (trouble: 'offline' | 'broken'): PlayerError =>
  trouble === 'offline'
    ? new PlayerError('offline', 0, 'Der Player ließ sich nicht laden. Prüfe dein Netz und versuche es noch einmal.')
    : new PlayerError(
        'internal',
        0,
        'Der Player ließ sich nicht laden. Das liegt an uns. Versuche es gleich noch einmal.',
      )

const OFFLINE = 'Die Verbindung ist weg. Prüfe dein Netz und versuche es noch einmal.'
const WAIT_MS = 15_000

/** A signed address of the film. Throws `PlayerError`. */
export async function requestPlayback(lessonId: string): Promise<Playback> {
  const path = `/api/lessons/${encodeURIComponent(lessonId)}/play`
  const answer = await callApi<Playback>(path, { method: 'POST', waitMs: WAIT_MS })
  if (answer.ok) return answer.value
  const { code, message } = answer.refusal
  throw new PlayerError(code, answer.status, code === 'offline' ? OFFLINE : message)
}

export interface SentReport {
  lessonId: string
  ranges: [number, number][]
  position?: number
  done?: boolean
  at: number
  sentAt: number
  clientId: string
}

export interface RecordedReports {
  /** `journal`: the server has the reports on its disk only, so we keep our copy. */
  stored?: 'journal'
  lessons?: LessonProgress[]
  refused?: { lessonId: string; code: string }[]
}

/** Sends reports, even while the page ends. */
export const sendReports = (reports: SentReport[]): Promise<ApiAnswer<RecordedReports>> =>
  postJson<RecordedReports>('/api/progress', reports, { waitMs: WAIT_MS, survives: true })
