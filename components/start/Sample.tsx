import type { ReactNode } from 'react'
import { minutes } from '#components/format.ts'
import type { Lesson } from '#ports'

interface SampleProps {
  lesson: Lesson
  more: Lesson[]
  player: ReactNode
}

/** The first free lesson, playable where it stands: no address, no login. */
export function Sample({ lesson, more, player }: SampleProps) {
  return (
    <section className="wrap section" id="probelektion" aria-labelledby="probe-titel">
      <div className="section-head">
        <h2 id="probe-titel">Probier sie aus</h2>
        <p className="text-muted">Ohne Anmeldung, ohne Adresse.</p>
      </div>
      <div className="sample">
        <div>{player}</div>
        <div className="sample-text">
          <p className="label">
            Lektion {lesson.number} · {minutes(lesson.durationSeconds)}
          </p>
          <h3 className="mt-2 text-2xl">{lesson.title}</h3>
          <p className="mt-3">{lesson.goal}</p>
          <p className="mt-4">
            <a className="link" href={`/lektionen/${lesson.slug}`}>
              Text und Übung dazu lesen
            </a>
          </p>
          {more.map((other) => (
            <p key={other.id} className="mt-2">
              <a className="link" href={`/lektionen/${other.slug}`}>
                Auch frei: Lektion {other.number}, {other.title}
              </a>
            </p>
          ))}
        </div>
      </div>
    </section>
  )
}
