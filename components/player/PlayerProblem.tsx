'use client'

import { useEffect, useRef, useState } from 'react'
import type { PlayerError } from '#browser/film/playback.ts'

interface PlayerProblemProps {
  problem: PlayerError
  path: string
  /** Settles when the new try has ended, well or badly. */
  onRetry: () => Promise<void>
}

/** Refusals that another try cannot change, with the one step that can. */
const steps: Record<string, { title: string; link?: { href: string; text: string } }> = {
  unauthenticated: { title: 'Bitte melde dich an' },
  no_grant: { title: 'Diese Lektion gehört zum Kurs', link: { href: '/bestellen', text: 'Zum Kurs' } },
  grant_revoked: { title: 'Dein Zugang ist beendet', link: { href: '/konto', text: 'Zum Konto' } },
  not_released: { title: 'Noch nicht offen', link: { href: '/kurs', text: 'Was schon offen ist' } },
  not_found: { title: 'Dieser Film ist nicht da', link: { href: '/kurs', text: 'Zur Übersicht' } },
}

/** Without a network the player tries again after each such pause, and when the browser goes online. */
const AGAIN_MS = 10_000

/** Shown instead of the film: what happened, what is not lost, the next step. Takes the focus. */
export function PlayerProblem({ problem, path, onRetry }: PlayerProblemProps) {
  const box = useRef<HTMLDivElement>(null)
  const [busy, setBusy] = useState(false)
  const retry = useRef(onRetry)
  retry.current = onRetry
  useEffect(() => box.current?.focus({ preventScroll: true }), [])

  const offline = problem.code === 'offline'
  useEffect(() => {
    if (!offline) return
    const again = () => void retry.current()
    const timer = setInterval(again, AGAIN_MS)
    window.addEventListener('online', again)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', again)
    }
  }, [offline])

  const step = steps[problem.code]
  const link =
    problem.code === 'unauthenticated'
      ? { href: `/anmelden?next=${encodeURIComponent(path)}`, text: 'Anmelden' }
      : step?.link
  const onClick = async () => {
    if (busy) return
    setBusy(true)
    await onRetry()
    setBusy(false)
  }
  return (
    <div className="player-problem" role="alert" tabIndex={-1} ref={box}>
      <p className="player-problem-title">{step?.title ?? 'Der Film läuft gerade nicht'}</p>
      <p>{problem.message}</p>
      {offline && <p>Sobald das Netz wieder da ist, geht es von selbst los.</p>}
      {link ? (
        <a className="player-problem-step" href={link.href}>
          {link.text}
        </a>
      ) : (
        <button type="button" className="player-problem-step" onClick={onClick} aria-disabled={busy}>
          {busy ? 'Wird geladen' : 'Noch einmal versuchen'}
        </button>
      )}
    </div>
  )
}
