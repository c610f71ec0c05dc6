import { Zollstock } from '#components/Zollstock.tsx'
import { dayWords } from '#domain/calendar/germanWords.ts'

export interface ParticipationFacts {
  number: string
  name: string
  courseTitle: string
  /** „2026-11-25“ */
  completedOn: string
  lessons: number
  minutes: number
}

interface ParticipationSheetProps {
  facts: ParticipationFacts
  /** Lessons of each module. */
  modules: number[]
  organiser: string
  headingLevel?: 1 | 2
}

/** What is printed on a Teilnahmebestätigung, word for word: nothing of an exam or a grade. */
export function ParticipationSheet({ facts, modules, organiser, headingLevel = 2 }: ParticipationSheetProps) {
  const Heading = headingLevel === 1 ? 'h1' : 'h2'
  const { name, courseTitle, completedOn, lessons, minutes, number } = facts
  return (
    <section className="participation card" aria-labelledby="teilnahme-titel">
      <Zollstock
        kind="picture"
        segments={modules.map((count, index) => ({ number: index + 1, lessons: count, done: count }))}
        text="Der Zollstock liegt ganz ausgeklappt"
      />
      <Heading id="teilnahme-titel" className="participation-title">
        Teilnahmebestätigung
      </Heading>
      <p className="participation-name">
        <bdi>{name}</bdi>
      </p>
      <p className="lead">
        hat am Onlinekurs „{courseTitle}“ teilgenommen und am {dayWords(completedOn)} die letzte von {lessons} Lektionen
        erledigt.
      </p>
      <dl className="rows mt-6">
        <div>
          <dt>Umfang</dt>
          <dd>
            {lessons} Lektionen, {minutes} Minuten Film zum Selbstlernen
          </dd>
        </div>
        <div>
          <dt>Anbieter</dt>
          <dd>{organiser}</dd>
        </div>
        <div>
          <dt>Nummer</dt>
          <dd className="measure">{number}</dd>
        </div>
      </dl>
      <p className="mt-4 text-muted">Bestätigt wird die Teilnahme. Eine Prüfung oder Bewertung gab es nicht.</p>
    </section>
  )
}
