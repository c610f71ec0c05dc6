'use client'

import { type MouseEvent, useEffect, useRef, useState } from 'react'
import { PlayerError } from '#browser/film/playback.ts'
import type { After } from './host.ts'

/** Seconds to stop the countdown. */
const COUNT_SECONDS = 8

interface EndCardProps {
  after: After
  autoplay: boolean
  onNext: () => Promise<void>
  onAgain: () => void
}

/** At the end of a film: what comes next; starts by itself if the learner chose so, but never a locked lesson. */
export function EndCard({ after, autoplay, onNext, onAgain }: EndCardProps) {
  return (
    <section className="player-end" aria-label="Ende der Lektion">
      {after.kind === 'next' ? (
        <Next after={after} autoplay={autoplay} onNext={onNext} onAgain={onAgain} />
      ) : (
        <>
          <p className="player-end-title">{after.kind === 'locked' ? 'Fertig.' : 'Das war die letzte Lektion.'}</p>
          <p>{after.kind === 'locked' ? after.sentence : 'Du bist am Ende des Kurses.'}</p>
          <p className="player-end-steps">
            {after.link && (
              <a className="player-end-go" href={after.link.href}>
                {after.link.text}
              </a>
            )}
            <Again onAgain={onAgain} />
          </p>
        </>
      )}
    </section>
  )
}

function Next({ after, autoplay, onNext, onAgain }: EndCardProps & { after: Extract<After, { kind: 'next' }> }) {
  const [going, setGoing] = useState(false)
  const [failure, setFailure] = useState('')
  const go = async () => {
    if (going) return
    setGoing(true)
    setFailure('')
    try {
      await onNext()
    } catch (error) {
      setGoing(false)
      stop()
      setFailure(error instanceof PlayerError ? error.message : 'Das hat nicht geklappt. Versuche es noch einmal.')
    }
  }
  const { left, waits, stop } = useCountdown(autoplay, go)
  const onClick = (event: MouseEvent) => {
    // With these keys the browser opens the link in a new tab or window.
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    void go()
  }
  const name = `Lektion ${after.number}`
  const counting = left !== null && !failure
  return (
    <>
      <p className="player-end-title" role="status">
        {counting ? (
          <>
            Weiter mit {name}
            {waits ? ', sobald du fertig geschrieben hast' : <Seconds left={left} />}
          </>
        ) : going ? (
          `${name} wird geladen`
        ) : (
          'Fertig.'
        )}
      </p>
      <p>{failure || `${counting ? '' : `${name}: `}${after.title}`}</p>
      <p className="player-end-steps">
        <a className="player-end-go" href={after.href} onClick={onClick} aria-disabled={going}>
          {counting ? 'Jetzt' : failure ? 'Noch einmal versuchen' : 'Weiter'}
        </a>
        {counting ? (
          <button type="button" onClick={stop}>
            Abbrechen
          </button>
        ) : (
          <Again onAgain={onAgain} />
        )}
      </p>
    </>
  )
}

/** The seconds left, shown each second but read out only once. */
function Seconds({ left }: { left: number }) {
  return (
    <>
      {' '}
      in{' '}
      <span className="player-end-count" aria-hidden="true">
        {left}
      </span>
      <span className="player-hidden">{COUNT_SECONDS}</span> s
    </>
  )
}

function Again({ onAgain }: { onAgain: () => void }) {
  return (
    <button type="button" onClick={onAgain}>
      Noch einmal
    </button>
  )
}

const isWriting = () =>
  document.activeElement?.matches('textarea, input:not([type="radio"], [type="checkbox"], [type="range"])') ||
  (document.activeElement instanceof HTMLElement && document.activeElement.isContentEditable)

/**
 * Counts down and calls `go`. Escape ends it, and so does leaving full screen, because there the page gets no Escape
 * key. It waits while somebody writes a note.
 */
function useCountdown(wanted: boolean, go: () => void) {
  const [left, setLeft] = useState<number | null>(wanted ? COUNT_SECONDS : null)
  const [waits, setWaits] = useState(false)
  const newest = useRef(go)
  newest.current = go
  const stop = () => setLeft(null)
  const counting = left !== null

  useEffect(() => {
    if (!counting) return
    const timer = setInterval(() => {
      const writing = Boolean(isWriting())
      setWaits(writing)
      if (!writing) setLeft((now) => (now === null ? null : now - 1))
    }, 1_000)
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setLeft(null)
    }
    const onFullscreen = () => {
      if (!document.fullscreenElement) setLeft(null)
    }
    document.addEventListener('keydown', onKeyDown)
    document.addEventListener('fullscreenchange', onFullscreen)
    return () => {
      clearInterval(timer)
      document.removeEventListener('keydown', onKeyDown)
      document.removeEventListener('fullscreenchange', onFullscreen)
    }
  }, [counting])

  useEffect(() => {
    if (left === 0) newest.current()
  }, [left])

  return { left: left !== null && left > 0 ? left : null, waits, stop }
}
