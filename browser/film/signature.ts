import { type Playback, PlayerError, requestPlayback } from './api.ts'

/** A signature lives five minutes; after four it is renewed before the next piece of film is asked for. */
const RENEW_MS = 4 * 60_000
/** While our server does not answer, the old signature is used for the minute it has left. */
const AGAIN_MS = 10_000

const signedPart = /^(https?:\/\/[^/]+\/bcdn_token=[^/]*)\//

/** Puts the newest signature in front of an address that was made with an older one. */
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
  /** Renews now. False: no new one, for now or for good (then `onRefused` was told). */
  renew(): Promise<boolean>
  stop(): void
}

/**
 * Keeps one film's address signed. By the clock on the wall, because other clocks stand still while a laptop sleeps; by
 * need instead of by timer, so that an hour of sleep ends with one request and not with a refused piece of film.
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
