'use client'

import { type MouseEvent, useEffect, useState } from 'react'
import { askSeek, filmMoment, onFilmMoment } from '#browser/film/filmLink.ts'
import { clock } from '#components/clock.ts'
import type { Chapter } from '#components/player/host.ts'
import { cueAt } from './transcript.ts'

/** The film's chapters as a list of links into the film; the present one is marked. */
export function Chapters({ lessonId, chapters }: { lessonId: string; chapters: Chapter[] }) {
  const [current, setCurrent] = useState(-1)
  useEffect(() => {
    const starts = chapters.map(({ at }) => at)
    const moment = filmMoment(lessonId)
    setCurrent(moment ? cueAt(starts, moment.second) : -1)
    return onFilmMoment((now) => {
      if (now.lessonId === lessonId) setCurrent(cueAt(starts, now.second))
    })
  }, [lessonId, chapters])

  const onClick = (event: MouseEvent, at: number) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    askSeek({ second: at, play: true })
  }
  return (
    <nav className="chapters" aria-labelledby="kapitel-titel">
      <h2 id="kapitel-titel" className="label">
        Kapitel
      </h2>
      <ol>
        {chapters.map(({ at, title }, index) => (
          <li key={at}>
            <a
              href={`?t=${at}`}
              aria-current={index === current ? 'true' : undefined}
              onClick={(event) => onClick(event, at)}
            >
              <span className="measure">{clock(at)}</span>
              <span>{title}</span>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}
