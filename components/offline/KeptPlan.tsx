import type { KeptPlanAnswer } from '#browser/offline/pack.ts'
import { minutes } from '#components/format.ts'
import { dayOfMonth, weekdayName } from '#domain/calendar/germanWords.ts'

/** The next days as they were planned when this device last had a network. */
export function KeptPlan({ plan }: { plan: KeptPlanAnswer | null }) {
  const days = (plan?.weeks ?? []).flatMap((week) => week.days)
  return (
    <>
      <h1>Dein Wochenplan</h1>
      {days.length === 0 ? (
        <p className="lead mt-4">
          Auf diesem Gerät liegt kein Plan. Anlegen kannst du ihn, sobald du wieder eine Verbindung hast.
        </p>
      ) : (
        <ol className="mt-6">
          {days.map((day) => (
            <li key={day.day} className="border-hair border-b py-4">
              <p>
                <span className="font-bold">{weekdayName(day.day)}</span>{' '}
                <span className="label">{dayOfMonth(day.day)}</span>
              </p>
              <ul className="mt-1">
                {day.lessons.map((lesson) => (
                  <li key={lesson.id}>
                    <a href={`/lektionen/${encodeURIComponent(lesson.slug)}`}>
                      Lektion {lesson.number}: {lesson.title}
                    </a>{' '}
                    <span className="label">{minutes(lesson.seconds)}</span>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}
