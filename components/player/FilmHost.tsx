'use client'

import './player.css'
import { useRouter } from 'next/navigation'
import { type ComponentType, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type Playback, PlayerError, requestPlayback, unloadable } from '#browser/film/playback.ts'
import { askBookmark, askNote, filmMoment, onSeekAsked } from '#browser/film/filmLink.ts'
import type { KeyAction } from '#browser/film/keys.ts'
import { openSettings } from '#browser/film/settings.ts'
import { loadPart, PartError } from '#browser/kit/loadPart.ts'
import { rememberWish } from '#browser/kit/newVersion.ts'
import type { FilmStageProps } from './FilmStage.tsx'
import { END_SECONDS, type Host, HostContext, type HostState, type PageLesson } from './host.ts'
import type { KeyHelp } from './KeyHelp.tsx'
import { useFilmKeys } from './useFilmKeys.ts'
import type { StageControls } from './useStage.ts'

interface Film {
  lesson: PageLesson
  playback: Playback
  startAt: number
  Stage: ComponentType<FilmStageProps>
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
  const second = filmMoment(lesson.lessonId)?.second ?? playback.resumeAt ?? lesson.resumeAt ?? 0
  return second < duration - END_SECONDS ? second : 0
}

interface FilmHostProps {
  children: ReactNode
  className?: string
  /** Single keys work wherever the focus is; else only inside the player. */
  keys?: 'page' | 'player'
}

/**
 * Keeps the film while pages change below it: it is in the layout, over the place that the page's `LessonPlayer` leaves
 * free. So the next lesson is a new source in the same element and the same full screen
 * (docs/decisions/filmInLayout.md).
 */
export function FilmHost({ children, className = '', keys = 'player' }: FilmHostProps) {
  const router = useRouter()
  const page = useRef<PageLesson | null>(null)
  /** Second the address asks for; holds until the film has started there. */
  const asked = useRef<number | null>(null)
  const [shown, setShown] = useState<PageLesson | null>(null)
  const [film, setFilm] = useState<Film | null>(null)
  const [pending, setPending] = useState<HostState>({ kind: 'idle' })
  const controls = useRef<StageControls | null>(null)
  const place = useRef<HTMLDivElement>(null)
  const [Help, setHelp] = useState<ComponentType<Parameters<typeof KeyHelp>[0]> | null>(null)

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

  /** The next lesson in the same element; then the page follows. Throws `PlayerError`, and everything stays. */
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

  const onKey = (action: KeyAction) => {
    const lesson = page.current
    if (!lesson) return false
    if (action.kind === 'help') void openHelp()
    else if (action.kind === 'bookmark' || action.kind === 'note') keep(action.kind, lesson, controls.current)
    else if (controls.current) controls.current.perform(action)
    else if (action.kind === 'toggle') void start()
    else return false
    return true
  }
  useFilmKeys({ place, onKey, onPage: keys === 'page' })

  useEffect(
    () =>
      onSeekAsked(({ second, play }) => {
        if (controls.current) controls.current.seek(second, play)
        else void start(second)
      }),
    [start],
  )

  const openHelp = useCallback(async () => {
    // Only an offer to reload, because the film may be running.
    const part = await loadPart(() => import('./KeyHelp.tsx'), 'offer').catch(() => null)
    if (part) setHelp(() => part.KeyHelp)
  }, [])

  const state: HostState = film ? { kind: 'film' } : pending
  const host = useMemo<Host>(() => ({ state, show, start, openHelp }), [state, show, start, openHelp])
  // Chapters and the next lesson from the page are fresher than those with which the film began.
  const current = film && shown?.lessonId === film.lesson.lessonId ? shown : film?.lesson
  return (
    <HostContext value={host}>
      <div className={`film-host ${className}`} data-film={film !== null}>
        <div className="film-place" ref={place}>
          {film && current && (
            <film.Stage
              lesson={current}
              playback={film.playback}
              startAt={film.startAt}
              controls={controls}
              onStop={stop}
              onNext={goNext}
              onHelp={openHelp}
            />
          )}
        </div>
        {children}
      </div>
      {Help && <Help onClose={() => setHelp(null)} />}
    </HostContext>
  )
}

/** A second of the film for the notes of the page; without an account there are none. */
function keep(kind: 'bookmark' | 'note', lesson: PageLesson, controls: StageControls | null): void {
  const { lessonId, learnerId } = lesson
  if (!learnerId) return
  const second = filmMoment(lessonId)?.second ?? lesson.startAt ?? lesson.resumeAt ?? 0
  if (kind === 'bookmark') {
    controls?.say('Stelle gemerkt')
    askBookmark({ lessonId, second })
    return
  }
  const leave = document.fullscreenElement ? document.exitFullscreen() : Promise.resolve()
  void leave.catch(() => {}).then(() => askNote({ lessonId, second }))
}
