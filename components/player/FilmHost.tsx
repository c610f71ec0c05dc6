'use client'

import './player.css'
import { type ReactNode, useMemo, useRef } from 'react'
import { type Host, HostContext } from './host.ts'
import { useFilmKeys } from './useFilmKeys.ts'
import { useHostedFilm } from './useHostedFilm.ts'
import { useKeyHelp } from './useKeyHelp.tsx'

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
  const place = useRef<HTMLDivElement>(null)
  const { film, state, page, controls, show, start, stop, goNext } = useHostedFilm()
  const { help, openHelp } = useKeyHelp()
  useFilmKeys({ place, onPage: keys === 'page', page, controls, start, openHelp })
  const host = useMemo<Host>(() => ({ state, show, start, openHelp }), [state, show, start, openHelp])
  return (
    <HostContext value={host}>
      <div className={`film-host ${className}`} data-film={film !== null}>
        <div className="film-place" ref={place}>
          {film && (
            <film.Stage
              lesson={film.lesson}
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
      {help}
    </HostContext>
  )
}
