import { clock } from '#components/clock.ts'
import { openingMoment } from '#components/format.ts'
import { speedName } from '#components/plan/planWords.ts'
import { Tool } from '#components/Tool.tsx'

interface ContinueLesson {
  number: number
  slug: string
  title: string
  goal: string
  durationSeconds: number
}

interface ContinueProps {
  next: {
    lesson: ContinueLesson
    module: { number: number; title: string }
    resumeAt: number
    remainingSeconds: number
    started: boolean
  } | null
  opensNext: { lesson: { number: number; title: string }; at: Date } | null
  totals: { done: number; lessons: number }
  /** The learner's playback rate. */
  pace: number
  /** Where a finished course leads. */
  participationHref: string
  moduleTool: string
}

/** „Weiter“ on the learner's page: which lesson, at which second, how much is left. */
export function Continue({ next, opensNext, totals, pace, participationHref, moduleTool }: ContinueProps) {
  if (!next) return <Nothing opensNext={opensNext} totals={totals} participationHref={participationHref} />
  const { lesson, module, resumeAt, remainingSeconds, started } = next
  const goesOn = started && resumeAt > 0
  const href = `/lektionen/${encodeURIComponent(lesson.slug)}`
  return (
    <section className="continue card" aria-labelledby="weiter">
      <div className="continue-film" aria-hidden="true">
        <span className="measure continue-clock">
          {clock(resumeAt)} / {clock(lesson.durationSeconds)}
        </span>
        <Tool name={moduleTool} number={module.number} done={false} />
        <span className="continue-number">{lesson.number}</span>
        <span
          className="continue-bar"
          style={{ width: `${(100 * resumeAt) / Math.max(1, lesson.durationSeconds)}%` }}
        />
      </div>
      <div className="continue-text">
        <p className="label">
          Modul {module.number} · {module.title} · Lektion {lesson.number}
        </p>
        <h1 id="weiter" className="continue-title">
          {lesson.title}
        </h1>
        <p className="mt-3 text-muted">
          {goesOn
            ? `Du warst bei ${clock(resumeAt)}. Noch ${clock(remainingSeconds / pace)} Minuten${pace === 1 ? '' : `, ${speedName(pace)}`}.`
            : `${lesson.goal} Der Film dauert ${clock(lesson.durationSeconds)} Minuten.`}
        </p>
        <p className="mt-6">
          <a className="button button-primary button-large" href={href}>
            {goesOn
              ? `Weiter bei Lektion ${lesson.number}, ${clock(resumeAt)}`
              : totals.done === 0
                ? `Mit Lektion ${lesson.number} anfangen`
                : `Weiter mit Lektion ${lesson.number}`}
          </a>
        </p>
      </div>
    </section>
  )
}

function Nothing({
  opensNext,
  totals,
  participationHref,
}: Pick<ContinueProps, 'opensNext' | 'totals' | 'participationHref'>) {
  const finished = totals.done >= totals.lessons
  return (
    <section className="card p-8" aria-labelledby="weiter">
      <h1 id="weiter" className="continue-title">
        {finished ? 'Alles erledigt. Gut gemacht.' : 'Für jetzt bist du durch.'}
      </h1>
      <p className="lead mt-3">
        {opensNext
          ? `Lektion ${opensNext.lesson.number}, ${opensNext.lesson.title}, öffnet am ${openingMoment(opensNext.at)}.`
          : 'Die Lektionen bleiben offen. Hol dir, was du brauchst, wenn du es brauchst.'}
      </p>
      {finished && (
        <p className="mt-6">
          <a className="button button-primary button-large" href={participationHref}>
            Deine Teilnahmebestätigung
          </a>
        </p>
      )}
    </section>
  )
}
