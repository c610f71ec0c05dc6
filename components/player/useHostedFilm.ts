import { useRouter } from 'next/navigation'
import { type ComponentType, type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'
import { filmMoment, onSeekAsked } from '#browser/film/filmLink.ts'
import { type Playback, PlayerError, requestPlayback, unloadable } from '#browser/film/playback.ts'
import { openSettings } from '#browser/film/settings.ts'
import { loadPart, PartError } from '#browser/kit/loadPart.ts'
import { rememberWish } from '#browser/kit/newVersion.ts'
import { goOnAt } from '#domain/learning/goOnAt.ts'
import type { FilmStageProps } from './FilmStage.tsx'
import type { Host, HostState, PageLesson } from './host.ts'
import type { StageControls } from './useStage.ts'

interface Film {
  lesson: PageLesson
  playback: Playback
  startAt: number
  Stage: ComponentType<FilmStageProps>
}

interface HostedFilm extends Pick<Host, 'state' | 'show' | 'start'> {
  /** null: none runs. Its lesson may be the page's or, for a moment, already the next one. */
  film: Film | null
  /** The lesson that the page shows. */
  page: RefObject<PageLesson | null>
  controls: RefObject<StageControls | null>
  stop(error: PlayerError | PartError): void
  /** The next lesson in the same element; then the page follows. Throws `PlayerError`, and everything stays. */
  goNext(): Promise<void>
}

/**
 * Which film runs, while pages show their lessons and leave. One closure, because a start, a new page and a failure all
 * decide the same: whether the film goes on, and which.
 */
export function useHostedFilm(): HostedFilm {
  const router = useRouter()
  const page = useRef<PageLesson | null>(null)
  /** Second the address asks for; holds until the film has started there. */
  const asked = useRef<number | null>(null)
  const [shown, setShown] = useState<PageLesson | null>(null)
  const [film, setFilm] = useState<Film | null>(null)
  const [pending, setPending] = useState<HostState>({ kind: 'idle' })
  const controls = useRef<StageControls | null>(null)

  const start = useCallback(async (at?: number) => {
    const lesson = page.current
    if (!lesson) return
    setPending((now) => (now.kind === 'problem' ? now : { kind: 'loading' }))
    try {
      const [playback, { FilmStage }] = await Promise.all([
        requestPlayback(lesson.lessonId),
        loadPart(() => import('./FilmStage.tsx')),
      ])
      if (page.current?.lessonId !== lesson.lessonId) return
      setFilm({ lesson, playback, startAt: startSecond(at ?? asked.current, lesson, playback), Stage: FilmStage })
      asked.current = null
      setPending({ kind: 'idle' })
    } catch (error) {
      const problem = problemOf(error, lesson.lessonId)
      setPending(problem ? { kind: 'problem', error: problem } : { kind: 'idle' })
    }
  }, [])

  const show = useCallback((lesson: PageLesson) => {
    page.current = lesson
    asked.current = lesson.startAt ?? null
    openSettings(lesson.learnerId, lesson.settings ?? null)
    setShown(lesson)
    setPending({ kind: 'idle' })
    setFilm((now) => (now && now.lesson.lessonId !== lesson.lessonId ? null : now))
    // The same film is already running, and a link on the page asks for another second.
    if (asked.current !== null && controls.current?.lessonId() === lesson.lessonId) {
      controls.current.seek(asked.current, false)
      asked.current = null
    }
    return () => {
      if (page.current === lesson) page.current = null
    }
  }, [])

  const stop = useCallback((error: PlayerError | PartError) => {
    setFilm(null)
    const problem = problemOf(error, page.current?.lessonId ?? '')
    setPending(problem ? { kind: 'problem', error: problem } : { kind: 'idle' })
  }, [])

  const goNext = useCallback(async () => {
    const after = page.current?.after
    if (after?.kind !== 'next') return
    const playback = await requestPlayback(after.lessonId)
    const { lessonId, number, title } = after
    setFilm((now) => {
      if (!now) return now
      const { learnerId } = now.lesson
      return {
        ...now,
        lesson: { lessonId, number, title, durationSeconds: 0, learnerId },
        playback,
        startAt: playback.resumeAt ?? 0,
      }
    })
    router.push(after.href)
  }, [router])

  // A layout effect, because `EarlyReplay` stops recording in one: no press falls in between.
  useLayoutEffect(
    () =>
      onSeekAsked(({ second, play }) => {
        if (controls.current) controls.current.seek(second, play)
        else void start(second)
      }),
    [start],
  )

  // Chapters and the next lesson from the page are fresher than those with which the film began.
  const lesson = film && shown?.lessonId === film.lesson.lessonId ? shown : film?.lesson
  return {
    film: film && lesson ? { ...film, lesson } : null,
    state: film ? { kind: 'film' } : pending,
    ...{ page, controls, show, start, stop, goNext },
  }
}

/** The error for the player to show; null: the page is about to reload and goes on then. */
function problemOf(error: unknown, lessonId: string): PlayerError | null {
  if (error instanceof PlayerError) return error
  if (!(error instanceof PartError)) throw error
  if (error.trouble === 'newVersion') rememberWish(`film ${lessonId}`)
  return error.trouble === 'newVersion' ? null : unloadable(error.trouble)
}

/**
 * The second to start at: as asked for, else this page's last place, the server's, or the page's. Never behind the end,
 * because the film may have been replaced by a shorter one.
 */
function startSecond(wish: number | null, lesson: PageLesson, playback: Playback): number {
  const { duration } = playback
  if (wish !== null) return wish < duration ? wish : 0
  return goOnAt(filmMoment(lesson.lessonId)?.second ?? playback.resumeAt ?? lesson.resumeAt ?? 0, duration)
}
