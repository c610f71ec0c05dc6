import { callApi } from '#browser/kit/callApi.ts'

/** What the server hands out for one view of a film. */
export interface Playback {
  /** Signed; runs out at `expiresAt`. */
  playlistUrl: string
  expiresAt: string
  captions: string | null
  /** Seconds; null while the server's database is away. */
  resumeAt: number | null
  /** Length in seconds of the film to be played; the page may have been rendered for another film. */
  duration: number
}

/** Everything that can stop a film: a refusal of the server, no answer, a part of the player that is missing. */
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
