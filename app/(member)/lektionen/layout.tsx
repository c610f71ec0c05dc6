import type { ReactNode } from 'react'
import { FilmHost } from '#components/player/FilmHost.tsx'

/** Stays while lessons change below it, and the film with it. */
export default function LessonLayout({ children }: { children: ReactNode }) {
  return (
    <FilmHost className="wrap lesson" keys="page">
      {children}
    </FilmHost>
  )
}
