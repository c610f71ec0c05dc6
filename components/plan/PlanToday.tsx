import { minutes } from '#components/format.ts'
import { lessonNames, onDay } from '#components/plan/planWords.ts'
import { weekdayWords } from '#domain/calendar/germanWords.ts'

export interface PlanNow {
  today: string
  now: PlannedDay | null
  doneToday: boolean
  pausedUntil: string | null
  next: PlannedDay | null
  remaining: { lessons: number }
}

export interface PlannedDay {
  day: string
  seconds: number
  lessons: { id: string; slug: string; number: number; title: string; seconds: number; started: boolean }[]
}

const href = (slug: string) => `/lektionen/${encodeURIComponent(slug)}`
const names = (day: PlannedDay) => lessonNames(day.lessons.map(({ number }) => number))

/** „Heute: Lektion 14, 12 Min.“, or why today is free. Never about missed days. */
function todaysSentence({ today, now, doneToday, pausedUntil, next, remaining }: PlanNow): string {
  if (now) return `Heute: ${names(now)}, ${minutes(now.seconds)}`
  if (remaining.lessons === 0) return 'Alles erledigt. Hier ist nichts mehr zu planen.'
  if (pausedUntil) return `Pause bis ${weekdayWords(pausedUntil, today)}.`
  if (doneToday) return 'Für heute bist du durch.'
  return next ? 'Heute ist frei.' : 'Zurzeit ist nichts zu planen.'
}

const afterwards = ({ today, now, next }: PlanNow): string | null =>
  next && !now ? `Weiter geht es ${onDay(next.day, today)} mit ${names(next)}.` : null

/** The plan of the day, on the plan's own page. */
export function PlanToday({ plan }: { plan: PlanNow }) {
  const { now } = plan
  const first = now?.lessons[0]
  const later = afterwards(plan)
  return (
    <section className="card plan-today" aria-labelledby="heute">
      <h2 id="heute">{todaysSentence(plan)}</h2>
      {now && now.lessons.length > 0 && (
        <ul>
          {now.lessons.map((lesson) => (
            <li key={lesson.id}>
              {lesson.title}{' '}
              <span className="measure text-muted">
                {lesson.started ? 'noch ' : ''}
                {minutes(lesson.seconds)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {later && <p className="mt-2 text-muted">{later}</p>}
      {first && (
        <p className="mt-5">
          <a className="button button-primary" href={href(first.slug)}>
            {first.started ? 'Weiter mit' : 'Anfangen mit'} Lektion {first.number}
          </a>
        </p>
      )}
    </section>
  )
}

/** One line below „Weiter“ on the learner's page; without a plan a link to make one. */
export function PlanLine({ plan, hrefs }: { plan: PlanNow | null; hrefs: { plan: string } }) {
  return (
    <section className="plan-line" aria-label="Mein Wochenplan">
      <p>
        {plan ? (
          <>
            <strong>{todaysSentence(plan)}</strong> {afterwards(plan)}
          </>
        ) : (
          'Ein paar Minuten an festen Tagen, und der Kurs wird fertig.'
        )}
      </p>
      <a className="link" href={hrefs.plan}>
        {plan ? 'Mein Wochenplan' : 'Wochenplan machen'}
      </a>
    </section>
  )
}
