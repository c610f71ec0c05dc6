import type { ReactNode } from 'react'
import { FilmHost } from '#components/player/FilmHost.tsx'

/** Stays mounted while the reader goes from lesson to lesson, so that the film goes on. */
export default function LessonLayout({ children }: { children: ReactNode }) {
  return (
    <FilmHost className="wrap lesson" keys="page">
      {children}
    </FilmHost>
  )
}
