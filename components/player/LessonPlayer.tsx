'use client'

import './player.css'
import { type ComponentType, useCallback, useEffect, useState } from 'react'
import { type Playback, PlayerError, requestPlayback } from './api.ts'
import { clock } from './clock.ts'
import type { FilmStage } from './FilmStage.tsx'
import { PlayerNotice } from './PlayerNotice.tsx'
import { PlayerProblem } from './PlayerProblem.tsx'

export interface LessonPlayerProps {
  lessonId: string
  number: number
  title: string
  /** Seconds. */
  durationSeconds: number
  /** Second at which this learner goes on, as the page knows it. */
  resumeAt?: number
  /** The viewer's `personId`; null when nobody is logged in (free lessons): then nothing is reported. */
  learnerId: string | null
  /** Same-origin picture; without one a plate with the number is drawn. */
  poster?: string
  /** Where the page itself lives, for „anmelden und zurück“. */
  path: string
  next?: { href: string; title: string; number: number } | null
}

type Stage = { playback: Playback; Film: ComponentType<Parameters<typeof FilmStage>[0]> }

/**
 * The lesson's film. Before the first play only a poster and a button; the player itself (media-chrome, hls.js) is
 * loaded with the press. Every refusal is a German sentence with a next step.
 */
export function LessonPlayer(props: LessonPlayerProps) {
  const { lessonId, learnerId, title, resumeAt = 0, path } = props
  const [stage, setStage] = useState<Stage | null>(null)
  const [loading, setLoading] = useState(false)
  const [problem, setProblem] = useState<PlayerError | null>(null)
  const [ended, setEnded] = useState(false)

  useEffect(() => {
    // What an earlier visit could not send.
    if (!learnerId) return
    const timer = setTimeout(
      () => void import('./progressQueue.ts').then((queue) => queue.flushReports(learnerId)),
      2_000,
    )
    return () => clearTimeout(timer)
  }, [learnerId])

  const stop = useCallback((error: PlayerError) => {
    setStage(null)
    setProblem(error)
  }, [])

  const start = async () => {
    setLoading(true)
    setProblem(null)
    setEnded(false)
    try {
      const [playback, module] = await Promise.all([requestPlayback(lessonId), import('./FilmStage.tsx')])
      setStage({ playback, Film: module.FilmStage })
    } catch (error) {
      setProblem(
        error instanceof PlayerError
          ? error
          : new PlayerError(
              'offline',
              0,
              'Der Player ließ sich nicht laden. Prüfe dein Netz und versuche es noch einmal.',
            ),
      )
    } finally {
      setLoading(false)
    }
  }

  return (
    <section className="player" aria-label={`Film zu Lektion ${props.number}`}>
      <div className="player-frame">
        {stage ? (
          <stage.Film
            lessonId={lessonId}
            learnerId={learnerId}
            title={title}
            playback={stage.playback}
            startAt={stage.playback.resumeAt || resumeAt}
            onStop={stop}
            onEnded={() => setEnded(true)}
          />
        ) : problem ? (
          <PlayerProblem problem={problem} path={path} busy={loading} onRetry={start} />
        ) : (
          <Poster {...props} loading={loading} onPlay={start} />
        )}
      </div>
      <PlayerNotice path={path} />
      {ended && props.next && (
        <p className="player-next">
          Fertig. Weiter mit{' '}
          <a href={props.next.href}>
            Lektion {props.next.number}: {props.next.title}
          </a>
        </p>
      )}
    </section>
  )
}

function Poster(props: LessonPlayerProps & { loading: boolean; onPlay: () => void }) {
  const { number, durationSeconds, resumeAt = 0, poster, loading, onPlay } = props
  const label = loading ? 'Film wird geladen' : resumeAt >= 1 ? `Weiter bei ${clock(resumeAt)}` : 'Abspielen'
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
        <span>{label}</span>
      </button>
      <noscript>
        <p className="player-noscript">
          Zum Abspielen braucht dein Browser JavaScript. Den Text zur Lektion kannst du auch so lesen.
        </p>
      </noscript>
    </div>
  )
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
