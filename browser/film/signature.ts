import { type Playback, PlayerError, requestPlayback } from './playback.ts'

/** A signature lives five minutes; after four it is renewed before the next piece of film is asked for. */
const RENEW_MS = 4 * 60_000
/** While our server does not answer, the old signature is used for the minute it has left. */
const AGAIN_MS = 10_000

const signedPart = /^(https?:\/\/[^/]+\/bcdn_token=[^/]*)\//

/** An address with its old signature replaced by the newest one. */
export function withSignature(url: string, newest: string): string {
  const fresh = signedPart.exec(newest)?.[1]
  return fresh ? url.replace(signedPart, `${fresh}/`) : url
}

export interface Signature {
  /** The newest signed playlist. */
  newest(): string
  isOld(): boolean
  /** Renews an old signature before it is used; never rejects. A paused tab asks for nothing. */
  ready(): Promise<void>
  /** Renews now. False: no new one, either for the moment or for good (then `onRefused` was called). */
  renew(): Promise<boolean>
  stop(): void
}

/**
 * Keeps one film's address signed. Uses wall-clock time, because other clocks stop while a laptop sleeps; and renews
 * when needed instead of by a timer, so that after an hour of sleep there is one request and no refused piece of film.
 */
export function createSignature(
  first: Pick<Playback, 'playlistUrl'>,
  lessonId: string,
  onRefused: (error: PlayerError) => void,
): Signature {
  let newest = first.playlistUrl
  let renewAt = Date.now() + RENEW_MS
  let running: Promise<boolean> | null = null
  let stopped = false

  const ask = async (): Promise<boolean> => {
    try {
      const playback = await requestPlayback(lessonId)
      newest = playback.playlistUrl
      renewAt = Date.now() + RENEW_MS
      return true
    } catch (error) {
      renewAt = Date.now() + AGAIN_MS
      if (!stopped && error instanceof PlayerError && [401, 403, 404].includes(error.status)) onRefused(error)
      return false
    } finally {
      running = null
    }
  }
  const renew = async () => {
    if (stopped) return false
    running ??= ask()
    return running
  }
  const isOld = () => Date.now() >= renewAt
  return {
    newest: () => newest,
    isOld,
    ready: async () => {
      if (isOld()) await renew()
    },
    renew,
    stop: () => {
      stopped = true
    },
  }
}
