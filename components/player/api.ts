/** The player's three calls to our own server, and one name for everything that can go wrong with them. */
export interface Playback {
  playlistUrl: string
  expiresAt: string
  captions: string | null
  /** Seconds; null: the server cannot say for now. */
  resumeAt: number | null
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

const OFFLINE = 'Die Verbindung ist weg. Prüfe dein Netz und versuche es noch einmal.'
const UNREADABLE = 'Die Antwort war nicht zu lesen. Versuche es gleich noch einmal.'
const WAIT_MS = 15_000

async function post(path: string, body?: unknown): Promise<{ status: number; value: unknown }> {
  const response = await fetch(path, {
    method: 'POST',
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(WAIT_MS),
  }).catch(() => {
    throw new PlayerError('offline', 0, OFFLINE)
  })
  const value: unknown = await response.json().catch(() => null)
  if (response.ok) return { status: response.status, value }
  const error = (value as { error?: { code?: string; message?: string } } | null)?.error
  throw new PlayerError(error?.code ?? 'internal', response.status, error?.message ?? UNREADABLE)
}

export async function requestPlayback(lessonId: string): Promise<Playback> {
  return (await post(`/api/lessons/${encodeURIComponent(lessonId)}/play`)).value as Playback
}

export const PROGRESS_PATH = '/api/progress'

export interface SentReport {
  lessonId: string
  ranges: [number, number][]
  position?: number
  done?: boolean
  at: number
  sentAt: number
  clientId: string
}

/** `kept`: the server has it on its own disk only; we keep our copy. */
export async function sendReports(
  reports: SentReport[],
): Promise<{ kept: boolean; lessons: LessonProgress[]; refused: { lessonId: string; code: string }[] }> {
  const { status, value } = await post(PROGRESS_PATH, reports)
  const answer = value as { lessons?: LessonProgress[]; refused?: { lessonId: string; code: string }[] } | null
  return { kept: status === 202, lessons: answer?.lessons ?? [], refused: answer?.refused ?? [] }
}
