import { paths } from '#app/_http/paths.ts'
import { openingMoment } from '#components/format.ts'
import { ruleSegments } from '#components/member/segments.ts'
import { Notice } from '#components/ui/Notice.tsx'
import { ZollstockBand } from '#components/Zollstock.tsx'
import type { Participation } from '#domain/learning/certificate/participation.ts'

/** Missing lessons shown by name; the workshop has the others. */
const SHOWN = 10

/** How far it is, and what is still missing. */
export function UnderWay({ found, refused }: { found: Participation; refused: string | null }) {
  const { totals, missing } = found
  const rest = missing.length - SHOWN
  return (
    <div className="column page">
      <h1>Deine Teilnahme&shy;bestätigung</h1>
      <p className="lead mt-4">
        {totals.done === 0
          ? `Du bekommst sie, wenn alle ${totals.lessons} Lektionen erledigt sind.`
          : `${totals.done} von ${totals.lessons} Lektionen sind erledigt. Mit der letzten kannst du sie dir ausstellen.`}
      </p>
      {refused && (
        <Notice kind="error" role="alert" className="mt-6">
          <p>{refused}</p>
        </Notice>
      )}
      <div className="mt-6">
        <ZollstockBand
          segments={ruleSegments(found.modules)}
          text={`${totals.done} von ${totals.lessons} Lektionen erledigt`}
        />
      </div>
      <p className="mt-4 text-muted">
        Erledigt ist eine Lektion, wenn du 90 Prozent des Films gesehen oder sie abgehakt hast. Geprüft wird nichts.
      </p>
      <section className="mt-10" aria-labelledby="fehlt-noch">
        <h2 id="fehlt-noch">{missing.length === 1 ? 'Es fehlt noch eine' : `Es fehlen noch ${missing.length}`}</h2>
        <ol className="participation-missing mt-4">
          {missing.slice(0, SHOWN).map((lesson) => (
            <li key={lesson.id}>
              <span className="measure text-muted">{lesson.number}</span>
              <span>
                {lesson.lock === null ? (
                  <a className="link" href={paths.lesson(lesson.slug)}>
                    {lesson.title}
                  </a>
                ) : (
                  lesson.title
                )}
                {lesson.lock === 'not_released' && lesson.opensAt && (
                  <span className="text-muted">, öffnet {openingMoment(lesson.opensAt)}</span>
                )}
              </span>
            </li>
          ))}
        </ol>
        {rest > 0 && <p className="mt-3">Und {rest === 1 ? 'eine weitere' : `${rest} weitere`}.</p>}
        <p className="mt-6">
          <a className="button button-primary" href={paths.workshop()}>
            Weiter in der Werkstatt
          </a>
        </p>
      </section>
    </div>
  )
}
