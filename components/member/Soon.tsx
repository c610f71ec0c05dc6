import { clock } from '#components/clock.ts'
import { openingMoment, twoDigits } from '#components/format.ts'

interface SoonLesson {
  id: string
  slug: string
  number: number
  title: string
  durationSeconds: number
}

interface SoonProps {
  lessons: SoonLesson[]
  opensNext: { lesson: { number: number; title: string }; at: Date } | null
}

/** The next few lessons beside the drawers, and the next one that opens by date. */
export function Soon({ lessons, opensNext }: SoonProps) {
  if (lessons.length === 0 && !opensNext) return null
  return (
    <section className="card soon" aria-labelledby="danach">
      <h2 id="danach" className="mb-2 text-xl">
        Danach
      </h2>
      <ol>
        {lessons.map((lesson) => (
          <li key={lesson.id}>
            <a href={`/lektionen/${encodeURIComponent(lesson.slug)}`}>
              <span className="label" aria-hidden="true">
                {twoDigits(lesson.number)}
              </span>
              <span>{lesson.title}</span>
              <span className="measure text-muted">{clock(lesson.durationSeconds)}</span>
            </a>
          </li>
        ))}
      </ol>
      {opensNext && (
        <p className="soon-opens mt-3 text-muted">
          Lektion {opensNext.lesson.number}, {opensNext.lesson.title}, öffnet am {openingMoment(opensNext.at)}.
        </p>
      )}
    </section>
  )
}
