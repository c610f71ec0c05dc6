'use client'

import './player.css'
import { useEffect, useLayoutEffect, useState } from 'react'
import { takeWish } from '#browser/kit/newVersion.ts'
import { onProgressNews } from '#browser/progress/progressEvents.ts'
import { flushReports } from '#browser/progress/progressQueue.ts'
import { clock } from '#components/clock.ts'
import { goOnAt } from '#domain/learning/goOnAt.ts'
import { type PageLesson, useHost } from './host.ts'
import { PlayerNotice } from './PlayerNotice.tsx'
import { PlayerProblem } from './PlayerProblem.tsx'

export interface LessonPlayerProps extends PageLesson {
  /** Same-origin picture; without one a plate with the number is drawn. */
  poster?: string
  /** Where the page itself lives, for „anmelden und zurück“. */
  path: string
}

/**
 * The lesson's film. Before the first play only a poster and a button; the player itself (media-chrome, hls.js) is
 * loaded with the press. Every refusal is a German sentence with a next step. Stands inside a `FilmHost`.
 */
export function LessonPlayer(props: LessonPlayerProps) {
  const { lessonId, learnerId, path, startAt } = props
  const { state, show, start } = useHost()
  const stoppedAt = useStoppedAt(props)

  // A layout effect, because `EarlyReplay` stops recording in one: „play“ always knows its lesson.
  // biome-ignore lint/correctness/useExhaustiveDependencies: one showing per lesson and per wish of the address
  useLayoutEffect(() => show(props), [show, lessonId, learnerId, startAt])

  useEffect(() => {
    // „Play“ was pressed before the page had to reload for a newer version.
    if (takeWish(`film ${lessonId}`)) void start()
  }, [lessonId, start])

  useEffect(() => {
    // What an earlier visit could not send.
    if (!learnerId) return
    const timer = setTimeout(() => void flushReports(learnerId), 2_000)
    return () => clearTimeout(timer)
  }, [learnerId])

  return (
    <section className="player" aria-label={`Film zu Lektion ${props.number}`}>
      <div className="player-frame">
        {state.kind === 'problem' ? (
          <PlayerProblem problem={state.error} path={path} onRetry={() => start()} />
        ) : state.kind === 'film' ? null : (
          <Poster {...props} resumeAt={stoppedAt} loading={state.kind === 'loading'} onPlay={() => void start()} />
        )}
      </div>
      <PlayerNotice path={path} />
    </section>
  )
}

/** The second where the film goes on, from the page, or from another tab if that has come further. */
function useStoppedAt({ lessonId, learnerId, durationSeconds, resumeAt = 0 }: LessonPlayerProps): number {
  const [heard, setHeard] = useState<{ lessonId: string; second: number } | null>(null)
  useEffect(
    () =>
      onProgressNews((news) => {
        if (news.kind !== 'saved' || news.learnerId !== learnerId || news.lesson.lessonId !== lessonId) return
        setHeard({ lessonId, second: news.lesson.position })
      }),
    [lessonId, learnerId],
  )
  return goOnAt(heard?.lessonId === lessonId ? heard.second : resumeAt, durationSeconds)
}

function Poster(props: LessonPlayerProps & { loading: boolean; onPlay: () => void }) {
  const { number, durationSeconds, resumeAt = 0, startAt, poster, loading, onPlay } = props
  return (
    <div className="player-poster">
      {/* biome-ignore lint/performance/noImgElement: one same-origin picture, known size, nothing to optimise */}
      {poster ? <img src={poster} alt="" width={1280} height={720} /> : <PosterPlate number={number} />}
      <p className="player-poster-time">
        <span className="player-hidden">Dauer </span>
        {clock(durationSeconds)}
      </p>
      <button type="button" className="player-start" onClick={onPlay} aria-disabled={loading} aria-busy={loading}>
        <svg viewBox="0 0 24 24" width="28" height="28" aria-hidden="true">
          <path d="M7 4.5v15l12.5-7.5z" fill="currentColor" />
        </svg>
        <span>{loading ? 'Film wird geladen' : startLabel(resumeAt, startAt ?? null)}</span>
      </button>
      <noscript>
        <p className="player-noscript">
          Zum Abspielen braucht dein Browser JavaScript. Den Text zur Lektion kannst du auch so lesen.
        </p>
      </noscript>
    </div>
  )
}

function startLabel(resumeAt: number, startAt: number | null): string {
  if (startAt !== null) return startAt >= 1 ? `Abspielen ab ${clock(startAt)}` : 'Abspielen'
  return resumeAt >= 1 ? `Weiter bei ${clock(resumeAt)}` : 'Abspielen'
}

const ticks = Array.from({ length: 41 }, (_, index) => `M${40 + index * 30} 0v${index % 5 === 0 ? 44 : 24}`).join('')

/** The lesson's number as a stencil on the workshop wall, with the ticks of a folding rule. */
function PosterPlate({ number }: { number: number }) {
  return (
    <svg className="player-plate" viewBox="0 0 1280 720" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <text x="1200" y="530" textAnchor="end">
        {number}
      </text>
      <path d={ticks} />
    </svg>
  )
}
