import { onLeave } from '#browser/kit/sender.ts'
import { keepReport, sendLast } from './progressQueue.ts'
import { createWatched } from './watched.ts'

/** A running film reports about every ten seconds; within that time a revoked access is noticed too. */
const REPORT_MS = 9_500

/** Reports the watched parts of a film, from the first play until the returned function is called. */
export function reportProgress(video: HTMLVideoElement, lessonId: string, learnerId: string): () => void {
  const watched = createWatched()
  let reportedAt = performance.now()
  let touched = false
  const snapshot = () => ({
    learnerId,
    lessonId,
    ranges: watched.take(),
    position: Math.round(video.currentTime * 1000) / 1000,
    at: Date.now(),
  })
  const report = () => {
    reportedAt = performance.now()
    // Before the first play the position was set by us, not by the learner.
    if (!touched) return
    touched = false
    void keepReport(snapshot())
  }
  const handlers: Partial<Record<keyof HTMLMediaElementEventMap, () => void>> = {
    timeupdate: () => {
      if (video.paused || video.seeking) return
      touched = true
      watched.tick(video.currentTime, performance.now(), video.playbackRate)
      if (performance.now() - reportedAt >= REPORT_MS) report()
    },
    play: () => {
      watched.cut()
      reportedAt = performance.now()
    },
    pause: () => {
      watched.tick(video.currentTime, performance.now(), video.playbackRate)
      watched.cut()
      report()
    },
    seeking: () => watched.cut(),
    seeked: () => {
      touched ||= video.currentTime > 0
      if (video.paused) report()
    },
    waiting: () => watched.cut(),
    ended: report,
  }
  const stopLeave = onLeave(() => {
    if (!touched) return
    touched = false
    reportedAt = performance.now()
    sendLast(snapshot())
  })
  for (const [name, handler] of Object.entries(handlers)) video.addEventListener(name, handler)
  return () => {
    for (const [name, handler] of Object.entries(handlers)) video.removeEventListener(name, handler)
    stopLeave()
    report()
  }
}
