'use client'

import { useEffect, useRef } from 'react'
import type { PlayerError } from './api.ts'

interface PlayerProblemProps {
  problem: PlayerError
  path: string
  busy: boolean
  onRetry: () => void
}

/** Refusals that another try cannot change, with the one step that can. */
const steps: Record<string, { title: string; link?: { href: string; text: string } }> = {
  unauthenticated: { title: 'Bitte melde dich an' },
  no_grant: { title: 'Diese Lektion gehört zum Kurs', link: { href: '/bestellen', text: 'Zum Kurs' } },
  grant_revoked: { title: 'Dein Zugang ist beendet', link: { href: '/konto', text: 'Zum Konto' } },
  not_released: { title: 'Noch nicht offen', link: { href: '/kurs', text: 'Was schon offen ist' } },
  not_found: { title: 'Dieser Film ist nicht da', link: { href: '/kurs', text: 'Zur Übersicht' } },
}

/** What happened, what was kept, the next step. Takes the place of the film and the focus with it. */
export function PlayerProblem({ problem, path, busy, onRetry }: PlayerProblemProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus({ preventScroll: true }), [])
  const step = steps[problem.code]
  const link =
    problem.code === 'unauthenticated'
      ? { href: `/anmelden?next=${encodeURIComponent(path)}`, text: 'Anmelden' }
      : step?.link
  return (
    <div className="player-problem" role="alert" tabIndex={-1} ref={box}>
      <p className="player-problem-title">{step?.title ?? 'Der Film läuft gerade nicht'}</p>
      <p>{problem.message}</p>
      {link ? (
        <a className="player-problem-step" href={link.href}>
          {link.text}
        </a>
      ) : (
        <button type="button" className="player-problem-step" onClick={onRetry} aria-disabled={busy}>
          {busy ? 'Wird geladen' : 'Noch einmal versuchen'}
        </button>
      )}
    </div>
  )
}
