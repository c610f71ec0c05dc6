import { minutes } from '#components/format.ts'
import type { PlannedDay } from '#components/plan/PlanToday.tsx'
import { weekName } from '#components/plan/planWords.ts'
import { dayOfMonth, weekdayShort } from '#domain/calendar/germanWords.ts'

interface Week {
  monday: string
  days: PlannedDay[]
}

const WEEKS_OPEN = 2

/** Day by day what comes; what lies more than two weeks ahead is folded. */
export function PlanWeeks({ weeks, today }: { weeks: Week[]; today: string }) {
  const later = weeks.slice(WEEKS_OPEN)
  return (
    <div className="plan-weeks">
      {weeks.slice(0, WEEKS_OPEN).map((week) => (
        <PlanWeek key={week.monday} week={week} today={today} />
      ))}
      {later.length > 0 && (
        <details>
          <summary className="button button-quiet">
            {later.length === 1 ? 'Die Woche danach' : `Die ${later.length} Wochen danach`}
          </summary>
          {later.map((week) => (
            <PlanWeek key={week.monday} week={week} today={today} />
          ))}
        </details>
      )}
    </div>
  )
}

function PlanWeek({ week, today }: { week: Week; today: string }) {
  return (
    <section aria-labelledby={`woche-${week.monday}`}>
      <h3 id={`woche-${week.monday}`}>{weekName(week.monday, today)}</h3>
      <ol>
        {week.days.map((day) => (
          <li key={day.day} data-today={day.day === today}>
            <p className="plan-date">
              <span className="font-bold">{weekdayShort(day.day)}</span>{' '}
              <span className="label">{dayOfMonth(day.day)}</span>
            </p>
            <ul>
              {day.lessons.map(({ id, slug, number, title, seconds }) => (
                <li key={id}>
                  <a href={`/lektionen/${encodeURIComponent(slug)}`}>
                    <span className="label" aria-hidden="true">
                      {number}
                    </span>
                    <span>
                      <span className="sr-only">Lektion {number}: </span>
                      {title}
                    </span>
                    <span className="measure text-muted">{minutes(seconds)}</span>
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </section>
  )
}
