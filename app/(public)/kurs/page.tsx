import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, viewer } from '#app/_http/viewer.ts'
import { shownPrice } from '#app/_pages/shop.ts'
import { courseFacts } from '#components/courseFacts.ts'
import { hoursAndMinutes, roundMoney } from '#components/format.ts'
import { Curriculum } from '#components/start/Curriculum.tsx'
import { openingsFor } from './openings.ts'

export const metadata: Metadata = {
  title: 'Inhalt: alle Module und Lektionen',
  description: 'Alle Module und Lektionen mit Titel, Ziel und Länge. Die Probelektionen kannst du gleich ansehen.',
  alternates: { canonical: '/kurs' },
}

export default async function CoursePage() {
  const [ctx, price, visitor] = await Promise.all([pageCtx(), shownPrice(), viewer()])
  const course = ctx.content.course()
  const facts = courseFacts(course)
  const owner = visitor !== null && visitor.courses.length > 0
  const opens = await openingsFor(ctx, owner ? visitor : null)
  return (
    <div className="wrap page">
      <h1>Was du hier lernst</h1>
      <p className="lead mt-4">
        {facts.modules} Module, {facts.lessons} Lektionen, {hoursAndMinutes(facts.seconds)} Film. Jede Lektion endet mit
        etwas, das du an deiner eigenen Arbeit getan hast.
      </p>
      {facts.free.length > 0 && (
        <p className="mt-3">
          Frei zum Ansehen:{' '}
          {facts.free.map((lesson, index) => (
            <span key={lesson.id}>
              {index > 0 && ' und '}
              <a className="link" href={paths.lesson(lesson.slug)}>
                Lektion {lesson.number}, {lesson.title}
              </a>
            </span>
          ))}
          .
        </p>
      )}
      {opens && (
        <p className="mt-3">
          {owner
            ? 'Noch nicht alles ist offen. Bei jeder Lektion steht, wann sie für dich öffnet; was offen ist, bleibt offen.'
            : 'Nicht alles öffnet sofort mit dem Kauf. Bei jeder Lektion steht, wann; was offen ist, bleibt offen.'}
        </p>
      )}
      <Curriculum course={course} owner={owner} opens={opens ?? undefined} />
      <p className="mt-12">
        <a className="button button-primary button-large" href={owner ? paths.workshop() : paths.order()}>
          {owner
            ? 'Weiter in der Werkstatt'
            : price
              ? `Für ${roundMoney(price.amount, price.currency)} in die Werkstatt`
              : 'In die Werkstatt'}
        </a>
      </p>
    </div>
  )
}
