import { broken, createRetry, type FilmOptions, type FilmSource, MAX_FAILURES } from './filmSource.ts'
import { createSignature } from './signature.ts'

/**
 * For Safari without Media Source, which loads the pieces itself with the playlist's signature. A new signature needs a
 * new source, set at the same second; so it is renewed only when the film is not running anyway: after a pause, when
 * the buffer is empty, after an error.
 */
export function attachNative(video: HTMLVideoElement, options: FilmOptions): FilmSource {
  let failures = 0
  let position = options.startAt
  let wanted = false
  const signature = createSignature(options.first, options.lessonId, options.onStop)
  const goTo = () => {
    const second = position
    video.src = signature.newest()
    video.addEventListener(
      'loadedmetadata',
      () => {
        video.currentTime = second
        if (wanted) void video.play().catch(() => {})
      },
      { once: true },
    )
  }
  const renew = async () => {
    if (await signature.renew()) goTo()
    else retry.later()
  }
  const retry = createRetry(() => void renew())
  const handlers: Partial<Record<keyof HTMLMediaElementEventMap, () => void>> = {
    timeupdate: () => {
      if (video.readyState > 0) position = video.currentTime
    },
    play: () => {
      wanted = true
      if (signature.isOld() && video.readyState > 0) void renew()
    },
    pause: () => {
      // The element pauses itself before an error; that is not the learner's wish.
      if (!video.error) wanted = false
    },
    waiting: () => {
      if (signature.isOld()) void renew()
    },
    playing: () => {
      failures = 0
      retry.worked()
      options.onTrouble(null)
    },
    error: () => {
      if (!navigator.onLine) options.onTrouble('offline')
      else failures += 1
      if (failures > MAX_FAILURES) options.onStop(broken())
      else retry.later()
    },
  }
  for (const [name, handler] of Object.entries(handlers)) video.addEventListener(name, handler)
  goTo()
  return {
    setQuality: () => {},
    destroy: () => {
      for (const [name, handler] of Object.entries(handlers)) video.removeEventListener(name, handler)
      signature.stop()
      retry.stop()
      video.removeAttribute('src')
      video.load()
    },
  }
}
