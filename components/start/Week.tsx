import { minutes } from '#components/format.ts'
import type { Lesson } from '#ports'

interface WeekProps {
  plan: { day: string; lesson: Lesson }[]
  weeks: number
  lessons: number
}

/** The first week by the real lessons: five of them, each with film and exercise within twenty minutes. */
export function Week({ plan, weeks, lessons }: WeekProps) {
  return (
    <section className="wrap section week" aria-labelledby="woche">
      <div>
        <h2 id="woche">Eine Woche mit ihr</h2>
        <p className="mt-4">
          Zwanzig Minuten, Montag bis Freitag. Erst der Film, dann eine Übung an deiner eigenen Arbeit. Am Wochenende
          ist zu.
        </p>
        <p className="mt-3">
          So bist du nach {weeks} Wochen durch alle {lessons} Lektionen. Schneller geht auch. Langsamer ist kein
          Rückstand: Nichts läuft ab, und du machst an derselben Sekunde weiter.
        </p>
      </div>
      <ol className="week-days">
        {plan.map(({ day, lesson }) => (
          <li key={day}>
            <span className="label">{day}</span>
            <span className="week-title">{lesson.title}</span>
            <span className="measure text-muted">{minutes(lesson.durationSeconds)} Film, dann die Übung</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
