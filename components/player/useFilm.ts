import { type RefObject, useEffect, useRef } from 'react'
import type { Playback, PlayerError } from './api.ts'
import { attachFilm, type FilmSource } from './filmSource.ts'
import { onProgressNews } from './progressEvents.ts'
import { flushReports, keepReport, sendLast } from './progressQueue.ts'
import { createWatched } from './watched.ts'

/** A running film reports every ten seconds, with room for the tick and the answer: so soon is a revoked access noticed. */
const REPORT_MS = 9_500

interface FilmInput {
  lessonId: string
  /** null: nobody is logged in, nothing is reported. */
  learnerId: string | null
  playback: Playback
  /** Seconds. */
  startAt: number
  onStop: (error: PlayerError) => void
  onEnded: () => void
}

/** Plays the film in `ref`'s element and reports what was really watched. One film for the life of the component. */
export function useFilm(ref: RefObject<HTMLVideoElement | null>, input: FilmInput): void {
  const newest = useRef(input)
  newest.current = input

  useEffect(() => {
    const video = ref.current
    if (!video) return
    const { lessonId, learnerId, playback, startAt } = newest.current
    const onStop = (error: PlayerError) => {
      video.pause()
      newest.current.onStop(error)
    }
    let source: FilmSource | null = null
    let gone = false
    void attachFilm(video, { lessonId, first: playback, startAt, onStop }).then((attached) => {
      if (gone) return attached.destroy()
      source = attached
      // Refused only where a browser wants its own gesture: the controls are there.
      video.play().catch(() => {})
    })
    const stopReports = learnerId ? reportProgress(video, lessonId, learnerId) : () => {}
    const onEnded = () => newest.current.onEnded()
    video.addEventListener('ended', onEnded)
    return () => {
      gone = true
      video.removeEventListener('ended', onEnded)
      stopReports()
      source?.destroy()
    }
  }, [ref])

  useEffect(
    () =>
      onProgressNews((news) => {
        if (news.kind !== 'revoked') return
        ref.current?.pause()
        void import('./api.ts').then(({ PlayerError }) =>
          newest.current.onStop(new PlayerError('grant_revoked', 403, news.message)),
        )
      }),
    [ref],
  )
}

function reportProgress(video: HTMLVideoElement, lessonId: string, learnerId: string): () => void {
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
    // Before anything was played the position is where we put it, not where the learner is.
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
  const onPageHide = () => {
    if (!touched) return
    touched = false
    sendLast(snapshot())
  }
  const onHidden = () => document.visibilityState === 'hidden' && report()
  const onOnline = () => void flushReports(learnerId)
  for (const [name, handler] of Object.entries(handlers)) video.addEventListener(name, handler)
  window.addEventListener('pagehide', onPageHide)
  document.addEventListener('visibilitychange', onHidden)
  window.addEventListener('online', onOnline)
  return () => {
    for (const [name, handler] of Object.entries(handlers)) video.removeEventListener(name, handler)
    window.removeEventListener('pagehide', onPageHide)
    document.removeEventListener('visibilitychange', onHidden)
    window.removeEventListener('online', onOnline)
    report()
  }
}
