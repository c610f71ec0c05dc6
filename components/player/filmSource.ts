import type Hls from 'hls.js/light'
import { type Playback, PlayerError, requestPlayback } from './api.ts'

/** A signature lives five minutes; the next one is fetched after four. */
const RESIGN_MS = 4 * 60_000
/** While the server does not answer: often enough for the minute that is left. */
const RESIGN_AGAIN_MS = 10_000
const MAX_RECOVERIES = 6
const RECOVERY_MS = 2_000

export interface FilmOptions {
  lessonId: string
  first: Playback
  /** Seconds. */
  startAt: number
  /** The film cannot go on: access ended, or every way of recovery failed. */
  onStop: (error: PlayerError) => void
}

export interface FilmSource {
  destroy(): void
}

const broken = () =>
  new PlayerError(
    'film',
    0,
    'Der Film lässt sich gerade nicht laden. Deine Stelle ist gemerkt; versuche es noch einmal.',
  )

const signedPart = /^(https?:\/\/[^/]+\/bcdn_token=[^/]*)\//

/** Puts the newest signature in front of an address that was made with an older one. */
export function withSignature(url: string, newest: string): string {
  const fresh = signedPart.exec(newest)?.[1]
  return fresh ? url.replace(signedPart, `${fresh}/`) : url
}

/** Connects film and element, keeps the signature fresh, and heals what can be healed. */
export async function attachFilm(video: HTMLVideoElement, options: FilmOptions): Promise<FilmSource> {
  const { default: Player } = await import('hls.js/light')
  return Player.isSupported() ? attachHls(Player, video, options) : attachNative(video, options)
}

/** Asks for the next signature in time; `renew()` asks at once. */
function keepFresh(options: FilmOptions, use: (playback: Playback) => void) {
  let timer: ReturnType<typeof setTimeout>
  let stopped = false
  const later = (ms: number) => {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(() => void renew(), ms)
  }
  const renew = async (): Promise<boolean> => {
    try {
      const playback = await requestPlayback(options.lessonId)
      if (stopped) return false
      use(playback)
      later(RESIGN_MS)
      return true
    } catch (error) {
      const refusal = error instanceof PlayerError ? error : broken()
      if (stopped) return false
      if ([401, 403, 404].includes(refusal.status)) options.onStop(refusal)
      else later(RESIGN_AGAIN_MS)
      return false
    }
  }
  later(RESIGN_MS)
  return {
    renew,
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}

function attachHls(Player: typeof Hls, video: HTMLVideoElement, options: FilmOptions): FilmSource {
  let newest = options.first.playlistUrl
  let recoveries = 0
  let recovering = false
  const hls = new Player({
    startPosition: options.startAt,
    capLevelToPlayerSize: true,
    maxBufferLength: 30,
    // Segments carry the signature of their playlist: give them the newest one.
    xhrSetup: (xhr, url) => xhr.open('GET', withSignature(url, newest), true),
  })
  const fresh = keepFresh(options, (playback) => {
    newest = playback.playlistUrl
  })
  const recover = async (renew: boolean) => {
    if (recovering) return
    recovering = true
    recoveries += 1
    if (recoveries > MAX_RECOVERIES) return options.onStop(broken())
    await new Promise((resolve) => setTimeout(resolve, renew ? 0 : RECOVERY_MS))
    if (renew) await fresh.renew()
    recovering = false
    if (hls.levels.length === 0) return hls.loadSource(newest)
    hls.stopLoad()
    hls.startLoad()
  }
  hls.on(Player.Events.FRAG_BUFFERED, () => {
    recoveries = 0
  })
  hls.on(Player.Events.ERROR, (_, data) => {
    // A refused signature is not fatal to hls.js, which would wait and ask again with the same one.
    const refused = data.response?.code === 403
    if (!data.fatal && !refused) return
    if (data.type === Player.ErrorTypes.NETWORK_ERROR) void recover(refused)
    else if (data.type === Player.ErrorTypes.MEDIA_ERROR && recoveries < MAX_RECOVERIES) {
      recoveries += 1
      hls.recoverMediaError()
    } else options.onStop(broken())
  })
  hls.loadSource(newest)
  hls.attachMedia(video)
  return {
    destroy: () => {
      fresh.stop()
      hls.destroy()
    },
  }
}

/** Safari without MediaSource: a new signature means a new source, set at the same second. */
function attachNative(video: HTMLVideoElement, options: FilmOptions): FilmSource {
  const goTo = (url: string, second: number, playing: boolean) => {
    video.src = url
    video.addEventListener(
      'loadedmetadata',
      () => {
        video.currentTime = second
        if (playing) void video.play().catch(() => {})
      },
      { once: true },
    )
  }
  let recoveries = 0
  const fresh = keepFresh(options, (playback) => goTo(playback.playlistUrl, video.currentTime, !video.paused))
  const onError = () => {
    recoveries += 1
    if (recoveries > MAX_RECOVERIES) options.onStop(broken())
    else setTimeout(() => void fresh.renew(), RECOVERY_MS)
  }
  video.addEventListener('error', onError)
  goTo(options.first.playlistUrl, options.startAt, false)
  return {
    destroy: () => {
      fresh.stop()
      video.removeEventListener('error', onError)
      video.removeAttribute('src')
      video.load()
    },
  }
}
