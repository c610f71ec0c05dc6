import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, viewer } from '#app/_http/viewer.ts'
import { Film } from '#app/_pages/Film.tsx'
import { shownPrice } from '#app/_pages/shop.ts'
import { courseFacts, moduleSeconds, taxWords, weekPlan } from '#components/courseFacts.ts'
import { minutes, roundMoney } from '#components/format.ts'
import { Hero } from '#components/start/Hero.tsx'
import { Offer } from '#components/start/Offer.tsx'
import { Questions } from '#components/start/Questions.tsx'
import { Sample } from '#components/start/Sample.tsx'
import { Week } from '#components/start/Week.tsx'
import { Werkzeugwand } from '#components/Werkzeugwand.tsx'
import type { Course } from '#ports'

export const metadata: Metadata = {
  title: { absolute: 'Arbeit, die fertig wird · Die Produktivitäts-Werkstatt' },
  alternates: { canonical: '/' },
}

export default async function StartPage() {
  const [ctx, price, visitor] = await Promise.all([pageCtx(), shownPrice(), viewer()])
  const { operator } = ctx.settings
  const course = ctx.content.course()
  const facts = courseFacts(course)
  const owner = visitor !== null && visitor.courses.length > 0
  const action = owner
    ? { href: paths.workshop(), name: 'Weiter in der Werkstatt' }
    : {
        href: paths.order(),
        name: price ? `Für ${roundMoney(price.amount, price.currency)} in die Werkstatt` : 'In die Werkstatt',
      }
  const sample = facts.free[0]
  const tax = taxWords(operator.taxRegime)
  return (
    <>
      <Hero
        facts={facts}
        price={price}
        tax={tax}
        accessYears={operator.accessYears}
        action={action}
        sample={sample ? { name: `Lektion ${sample.number} ansehen · ${minutes(sample.durationSeconds)}` } : null}
        segments={course.modules.map((module) => ({ number: module.number, lessons: module.lessons.length, done: 0 }))}
      />
      {sample && (
        <Sample
          lesson={sample}
          more={facts.free.slice(1)}
          player={
            <Film
              lesson={sample}
              learnerId={visitor?.personId ?? null}
              next={facts.free[1] ?? null}
              path={`${paths.home()}#probelektion`}
            />
          }
        />
      )}
      <ToolWall course={course} lessons={facts.lessons} />
      <Week plan={weekPlan(course)} weeks={facts.weeks} lessons={facts.lessons} />
      {operator.about && (
        <section className="wrap section" aria-labelledby="wer">
          <h2 id="wer">Wer die Werkstatt führt</h2>
          {operator.about.split(/\n\s*\n/).map((paragraph) => (
            <p key={paragraph} className="lead mt-4">
              {paragraph}
            </p>
          ))}
        </section>
      )}
      <Offer facts={facts} price={price} tax={tax} accessYears={operator.accessYears} action={action} />
      <Questions facts={facts} accessYears={operator.accessYears} />
      <Begin seconds={sample?.durationSeconds ?? null} action={action} />
    </>
  )
}

function ToolWall({ course, lessons }: { course: Course; lessons: number }) {
  return (
    <section className="wrap section" aria-labelledby="werkzeugwand">
      <div className="section-head">
        <h2 id="werkzeugwand">An der Werkzeugwand</h2>
        <a className="link py-1" href={paths.course()}>
          Alle {lessons} Lektionen ansehen
        </a>
      </div>
      <Werkzeugwand
        modules={course.modules.map((module) => ({
          number: module.number,
          title: module.title,
          subtitle: module.subtitle,
          tool: module.tool,
          seconds: moduleSeconds(module),
          done: false,
          lessons: module.lessons.map((lesson) => lesson.title),
        }))}
      />
    </section>
  )
}

/** `seconds`: how long the first lesson runs. */
function Begin({ seconds, action }: { seconds: number | null; action: { href: string; name: string } }) {
  return (
    <section className="wrap section" aria-labelledby="anfangen">
      <h2 id="anfangen">Das Licht ist an.</h2>
      <p className="lead mt-3">
        Lektion 1 dauert{' '}
        {seconds === null ? 'nur ein paar Minuten' : `${Math.max(1, Math.round(seconds / 60))} Minuten`}. Danach weißt
        du, ob es deins ist.
      </p>
      <a className="button button-primary button-large mt-6" href={action.href}>
        {action.name}
      </a>
    </section>
  )
}
