import { type RefObject, useEffect, useRef } from 'react'
import { attachFilm } from '#browser/film/attachFilm.ts'
import { announceMoment } from '#browser/film/filmLink.ts'
import type { FilmSource, Trouble } from '#browser/film/filmSource.ts'
import { type Playback, PlayerError } from '#browser/film/playback.ts'
import { onSettings, playerSettings } from '#browser/film/settings.ts'
import type { PartError } from '#browser/kit/loadPart.ts'
import { onProgressNews } from '#browser/progress/progressEvents.ts'
import { reportProgress } from '#browser/progress/reportProgress.ts'

interface FilmInput {
  lessonId: string
  /** null: nobody is logged in, nothing is reported. */
  learnerId: string | null
  playback: Playback
  /** Seconds. */
  startAt: number
  onLines: (lines: number[]) => void
  onTrouble: (trouble: Trouble | null) => void
  onStop: (error: PlayerError | PartError) => void
}

/**
 * Plays the film in `ref`'s element and reports what was watched. Another `playback` replaces the source in the same
 * element, which keeps full screen, speed and the permission to play.
 */
export function useFilm(ref: RefObject<HTMLVideoElement | null>, input: FilmInput): void {
  const newest = useRef(input)
  newest.current = input
  const { playback } = input

  useEffect(() => {
    const video = ref.current
    if (!video) return
    const { lessonId, learnerId, startAt } = newest.current
    let source: FilmSource | null = null
    let gone = false
    const stopReports = learnerId ? reportProgress(video, lessonId, learnerId) : () => {}
    const stopMoments = announceMoments(video, lessonId)
    const unlisten = onSettings(() => source?.setQuality(playerSettings().quality))
    void attachFilm(video, {
      lessonId,
      first: playback,
      startAt,
      quality: playerSettings().quality,
      onLines: (lines) => newest.current.onLines(lines),
      onTrouble: (trouble) => newest.current.onTrouble(trouble),
      onStop: (error) => {
        video.pause()
        newest.current.onStop(error)
      },
    }).then(
      (attached) => {
        if (gone) return attached.destroy()
        source = attached
        // Some browsers refuse without a press on the film itself; its controls are there.
        video.play().catch(() => {})
      },
      (error: PartError) => gone || newest.current.onStop(error),
    )
    return () => {
      gone = true
      unlisten()
      stopReports()
      stopMoments()
      source?.destroy()
    }
  }, [ref, playback])

  useEffect(
    () =>
      onProgressNews((news) => {
        if (news.kind !== 'revoked') return
        ref.current?.pause()
        newest.current.onStop(new PlayerError('grant_revoked', 403, news.message))
      }),
    [ref],
  )
}

const moments = ['timeupdate', 'seeking', 'seeked', 'play', 'pause', 'ended'] as const

function announceMoments(video: HTMLVideoElement, lessonId: string): () => void {
  const say = () => {
    // Between two sources the element is at 0, which is not a place of the film.
    if (video.readyState > 0) announceMoment({ lessonId, second: video.currentTime, playing: !video.paused })
  }
  for (const name of moments) video.addEventListener(name, say)
  return () => {
    for (const name of moments) video.removeEventListener(name, say)
  }
}
