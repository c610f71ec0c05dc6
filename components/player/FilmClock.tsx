'use client'

import { type RefObject, useEffect, useState } from 'react'
import { clock } from '#components/clock.ts'

/** „0:42 / 3:17“; hidden from screen readers, which have the time line. */
export function FilmClock({ video }: { video: RefObject<HTMLVideoElement | null> }) {
  const [text, setText] = useState('')
  useEffect(() => {
    const film = video.current
    if (!film) return
    const show = () => setText(`${clock(film.currentTime)} / ${clock(film.duration || 0)}`)
    show()
    for (const name of ['timeupdate', 'seeking', 'durationchange']) film.addEventListener(name, show)
    return () => {
      for (const name of ['timeupdate', 'seeking', 'durationchange']) film.removeEventListener(name, show)
    }
  }, [video])
  return (
    <span className="player-clock" aria-hidden="true">
      {text}
    </span>
  )
}
