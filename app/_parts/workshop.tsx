import { renderToStaticMarkup } from 'react-dom/server'
import { paths } from '#app/_http/paths.ts'
import { hoursAndMinutes } from '#components/format.ts'
import { Continue } from '#components/member/Continue.tsx'
import { Drawers } from '#components/member/Drawers.tsx'
import { Soon } from '#components/member/Soon.tsx'
import { ruleSegments } from '#components/member/segments.ts'
import { PlanLine } from '#components/plan/PlanToday.tsx'
import { speedName } from '#components/plan/planWords.ts'
import { Notice } from '#components/ui/Notice.tsx'
import { Zollstock } from '#components/Zollstock.tsx'
import type { Viewer } from '#domain/access/rules.ts'
import { type CourseView, courseView } from '#domain/learning/courseView.ts'
import { type PlanView, planView } from '#domain/learning/plan/planView.ts'
import { lostWelcome } from '#domain/sales/lostWelcome.ts'
import type { Ctx } from '#ports'

/** The slot of everything below the header. */
export const WORKSHOP_SLOT = 'werkbank'

const soonCount = 4

/** What comes after „Weiter“, in the order of the course. */
function soon({ modules, next }: CourseView) {
  const after = modules
    .flatMap((module) => module.lessons)
    .filter((lesson) => lesson.number > (next?.lesson.number ?? 0))
  return after.filter((lesson) => lesson.state !== 'done' && lesson.state !== 'locked').slice(0, soonCount)
}

/**
 * The learner's Werkbank as html: all of it is links and `<details>`, so nothing needs a script. Works without a
 * database.
 */
export async function drawWorkshop(ctx: Ctx, viewer: Viewer): Promise<string> {
  const view = await courseView(ctx, viewer)
  // Failures here are ignored: the page must show even without a database, because lessons still play.
  const [lost, plan] = await Promise.all([
    viewer.degraded ? null : lostWelcome(ctx, viewer.personId).catch(() => null),
    view.degraded ? null : planView(ctx, viewer, view).catch(() => null),
  ])
  const hasAccess = view.access !== 'none' && view.access !== 'revoked'
  return renderToStaticMarkup(
    hasAccess ? (
      <Bench viewer={viewer} view={view} lost={lost} plan={plan} />
    ) : (
      <NoAccess revoked={view.access === 'revoked'} email={viewer.emailMasked} />
    ),
  )
}

interface BenchProps {
  viewer: Viewer
  view: CourseView
  /** The order whose welcome letter did not arrive. */
  lost: { sessionId: string } | null
  plan: PlanView | null
}

function Bench({ viewer, view, lost, plan }: BenchProps) {
  const { totals } = view
  /** The learner's playback rate; remaining times are shown in their own minutes. */
  const pace = plan?.rate ?? 1
  return (
    <div className="wrap pt-8">
      <Notices viewer={viewer} degraded={view.degraded} lost={lost} />
      <Continue
        next={view.next}
        opensNext={view.opensNext}
        totals={totals}
        pace={pace}
        participationHref={paths.participation()}
        moduleTool={view.modules.find((module) => module.id === view.next?.module.id)?.tool ?? ''}
      />
      {plan && (plan.wish || plan.remaining.lessons > 0) && (
        <PlanLine plan={plan.wish ? plan : null} hrefs={{ plan: paths.plan() }} />
      )}
      <div className="mt-10">
        <Zollstock
          segments={ruleSegments(view.modules)}
          unfold
          text={`${totals.done} von ${totals.lessons} Lektionen erledigt`}
        />
        <p className="mt-3 flex max-w-none flex-wrap justify-between gap-x-8">
          <span className="label">
            {totals.done} von {totals.lessons} Lektionen · {hoursAndMinutes(totals.watchedSeconds)} gesehen
          </span>
          <span className="label">
            {totals.remainingSeconds > 0
              ? `noch ${hoursAndMinutes(totals.remainingSeconds / pace)}${pace === 1 ? '' : `, ${speedName(pace)}`}`
              : 'alles erledigt'}
          </span>
        </p>
        {(totals.done > 0 || totals.watchedSeconds > 0) && (
          <p className="mt-3">
            <a className="link" href={paths.week()}>
              Was du diese Woche getan hast
            </a>
          </p>
        )}
      </div>
      <div className="bench">
        <section aria-labelledby="module">
          <h2 id="module">Deine Schubladen</h2>
          <Drawers modules={view.modules} pace={pace} openId={view.next?.module.id ?? null} />
        </section>
        <Soon lessons={soon(view)} opensNext={view.opensNext} />
      </div>
    </div>
  )
}

function Notices({ viewer, degraded, lost }: Pick<BenchProps, 'viewer' | 'lost'> & { degraded: boolean }) {
  return (
    <>
      {degraded && (
        <Notice kind="wait" className="mb-6" title="Wir kommen gerade nicht an unsere Daten.">
          <p>
            Die Filme laufen trotzdem. Dein Fortschritt wird gesammelt und später übertragen; hier siehst du ihn gleich
            wieder.
          </p>
        </Notice>
      )}
      {lost && (
        <Notice kind="error" className="mb-6" title={`Unsere Mail an ${viewer.emailMasked} kam nicht an.`}>
          <p>
            Ohne sie kommst du auf anderen Geräten nicht herein.{' '}
            <a className="link" href={viewer.kind === 'unproven' ? paths.thanks(lost.sessionId) : paths.claim()}>
              {viewer.kind === 'unproven' ? 'Adresse berichtigen' : 'Bezahlt, aber kein Zugang?'}
            </a>
          </p>
        </Notice>
      )}
      {viewer.kind === 'unproven' && !lost && (
        <Notice className="mb-6" title={`Du bist gleich nach dem Kauf hier, als ${viewer.emailMasked}.`}>
          <p>Auf anderen Geräten und beim nächsten Mal kommst du mit dem Link aus deiner Mail herein.</p>
        </Notice>
      )}
    </>
  )
}

function NoAccess({ revoked, email }: { revoked: boolean; email: string }) {
  return (
    <div className="column page">
      <h1>{revoked ? 'Dein Zugang ist beendet.' : 'Hier ist noch kein Kurs.'}</h1>
      <p className="lead mt-4">
        {revoked
          ? 'In deinem Konto steht, zu welcher Bestellung er gehörte. Wenn das nicht stimmt, schreib uns. Dein Fortschritt ist gespeichert.'
          : `Mit ${email} wurde nichts bestellt. Hast du eine andere Adresse benutzt? Dann melde dich mit der an.`}
      </p>
      <div className="mt-8 flex flex-wrap gap-4">
        <a className="button button-primary" href={revoked ? paths.account() : paths.order()}>
          {revoked ? 'Zu deinem Konto' : 'Kurs bestellen'}
        </a>
        <a className="button button-secondary" href={paths.course()}>
          Inhalt ansehen
        </a>
      </div>
    </div>
  )
}
