import type Hls from 'hls.js/light'
import type { Quality } from '#domain/learning/settings/rules.ts'
import { broken, createRetry, type FilmOptions, type FilmSource, MAX_FAILURES, mayPass } from './filmSource.ts'
import { createMediaRecovery } from './mediaRecovery.ts'
import { chooseLevel } from './quality.ts'
import { createSignature, type Signature, withSignature } from './signature.ts'

/** The film through Media Source: hls.js loads every piece, so that each request can carry a valid signature. */
export function attachHls(Player: typeof Hls, video: HTMLVideoElement, options: FilmOptions): FilmSource {
  let wish = options.quality
  const signature = createSignature(options.first, options.lessonId, options.onStop)
  const hls = new Player({
    autoStartLoad: false,
    capLevelToPlayerSize: true,
    // hls.js waits for this before each request.
    xhrSetup: async (xhr, url) => {
      await signature.ready()
      xhr.open('GET', withSignature(url, signature.newest()), true)
    },
  })
  const applyQuality = () => {
    const { level, ahead } = chooseLevel(
      hls.levels.map(({ height }) => height),
      wish,
    )
    // Both are needed: the first is only a minimum, and hls.js would load a small film whole.
    hls.config.maxBufferLength = ahead
    hls.config.maxMaxBufferLength = ahead
    return level
  }
  hls.on(Player.Events.MANIFEST_PARSED, () => {
    // Before the first piece is loaded, so that „Datensparen“ never begins with a large one.
    hls.loadLevel = applyQuality()
    hls.startLoad(video.currentTime || options.startAt)
    options.onLines(hls.levels.map(({ height }) => height))
  })
  const stopKeeping = keepGoing(Player, hls, { video, options, signature })
  hls.loadSource(signature.newest())
  hls.attachMedia(video)
  return {
    setQuality: (quality: Quality) => {
      // Perhaps only another setting changed; setting the level again would discard what is loaded.
      if (quality === wish) return
      wish = quality
      hls.nextLevel = applyQuality()
    },
    destroy: () => {
      signature.stop()
      stopKeeping()
      hls.destroy()
    },
  }
}

interface Playing {
  video: HTMLVideoElement
  options: FilmOptions
  signature: Signature
}

/**
 * Lets the film go on after failures: renews a refused signature, tries again what may pass, and stops the film after
 * too many refusals in a row. Answers a function that ends this.
 */
function keepGoing(Player: typeof Hls, hls: Hls, { video, options, signature }: Playing): () => void {
  let failures = 0
  const goOn = () => {
    if (hls.levels.length === 0) return hls.loadSource(signature.newest())
    hls.stopLoad()
    hls.startLoad(video.currentTime || options.startAt)
  }
  const retry = createRetry(goOn)
  const recovery = createMediaRecovery(video, () => {
    const second = video.currentTime || options.startAt
    hls.recoverMediaError()
    hls.startLoad(second)
  })
  const fail = (): boolean => {
    failures += 1
    if (failures > MAX_FAILURES) options.onStop(broken())
    return failures > MAX_FAILURES
  }
  const onNetworkError = async (status: number, fatal: boolean) => {
    if (status === 403) {
      // A refused signature is not fatal to hls.js, which would wait and ask again with the same one.
      if (fail()) return
      if (await signature.renew()) return goOn()
      options.onTrouble('failing')
      retry.later()
      return
    }
    if (mayPass(status)) {
      options.onTrouble(status === 0 ? 'offline' : 'failing')
      if (fatal) retry.later()
    } else if (fatal && !fail()) retry.later()
  }
  hls.on(Player.Events.FRAG_BUFFERED, () => {
    failures = 0
    retry.worked()
    options.onTrouble(null)
  })
  hls.on(Player.Events.ERROR, (_, data) => {
    if (data.type === Player.ErrorTypes.NETWORK_ERROR) void onNetworkError(data.response?.code ?? 0, data.fatal)
    else if (data.fatal && !(data.type === Player.ErrorTypes.MEDIA_ERROR && recovery.tryAgain()))
      options.onStop(broken())
  })
  return () => {
    retry.stop()
    recovery.stop()
  }
}
