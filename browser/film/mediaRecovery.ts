import { MAX_FAILURES } from './filmSource.ts'

/** Failures nearer to each other than this count as the same place. */
const SAME_PLACE_SECONDS = 2

export interface MediaRecovery {
  /** Starts the film again at the same second. False: it was tried often enough at this place. */
  tryAgain(): boolean
  stop(): void
}

/**
 * Recovers from pieces that the browser cannot decode: `restart` gives the element its source anew. That, like resets
 * of hls.js, pauses the film without an event, so it is made to play on unless the learner had paused it.
 */
export function createMediaRecovery(video: HTMLVideoElement, restart: () => void): MediaRecovery {
  let wanted = !video.paused
  let failures = 0
  let place = Number.NEGATIVE_INFINITY
  const onPlay = () => {
    wanted = true
  }
  const onPause = () => {
    // The element pauses itself before an error; that is not the learner's wish.
    if (!video.error) wanted = false
  }
  const onNewSource = () => {
    if (wanted && video.paused) void video.play().catch(() => {})
  }
  const handlers = { play: onPlay, pause: onPause, loadedmetadata: onNewSource }
  for (const [name, handler] of Object.entries(handlers)) video.addEventListener(name, handler)
  return {
    tryAgain: () => {
      failures = Math.abs(video.currentTime - place) < SAME_PLACE_SECONDS ? failures + 1 : 1
      place = video.currentTime
      if (failures > MAX_FAILURES) return false
      restart()
      return true
    },
    stop: () => {
      for (const [name, handler] of Object.entries(handlers)) video.removeEventListener(name, handler)
    },
  }
}
