import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import type { Typed } from '#app/_http/typedCookie.ts'
import { pageCtx, requireViewer } from '#app/_http/viewer.ts'
import { orAway } from '#app/_pages/orAway.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { typedBefore } from '#app/_pages/typedBefore.ts'
import { hoursAndMinutes } from '#components/format.ts'
import { PlanCalendar } from '#components/plan/PlanCalendar.tsx'
import { PlanChange } from '#components/plan/PlanChange.tsx'
import { PlanForm } from '#components/plan/PlanForm.tsx'
import { PlanToday } from '#components/plan/PlanToday.tsx'
import { PlanWeeks } from '#components/plan/PlanWeeks.tsx'
import { speedName, weekdayNames } from '#components/plan/planWords.ts'
import { Notice } from '#components/ui/Notice.tsx'
import type { Viewer } from '#domain/access/rules.ts'
import { addDays } from '#domain/calendar/berlinDays.ts'
import { weekdayWords } from '#domain/calendar/germanWords.ts'
import { type PlanView, planView } from '#domain/learning/plan/planView.ts'
import type { Ctx } from '#ports'

export const metadata: Metadata = { title: 'Mein Wochenplan', robots: { index: false } }

type Search = { searchParams: Promise<{ stand?: string; fehler?: string }> }

const done: Record<string, string> = {
  gespeichert: 'Der Plan steht.',
  pause: 'Die Pause ist eingetragen.',
  weiter: 'Die Pause ist vorbei. Es geht heute weiter.',
  geloescht: 'Der Plan ist gelöscht.',
  adresse: 'Deine Kalenderadresse ist da. Eine ältere gilt nicht mehr.',
  aus: 'Der Feed ist abgeschaltet. Abonnierte Kalender bekommen nichts mehr.',
}
const refusals: Record<string, string> = {
  invalid_input: 'Prüfe deine Angaben: 10 bis 120 Minuten, mindestens ein Wochentag, eine Uhrzeit, ein Tag ab heute.',
  pause: 'Nimm für das Ende der Pause einen Tag ab morgen, höchstens ein Jahr voraus.',
  not_found: 'Es gibt hier noch keinen Plan. Mach zuerst einen.',
}

/** What the form suggests before there is a plan. */
const suggestion = { weekdays: [1, 2, 3, 4, 5], minutes: 20, time: '07:30' }

export default async function PlanPage({ searchParams }: Search) {
  const [{ stand, fehler }, viewer, ctx] = await Promise.all([searchParams, requireViewer(paths.plan()), pageCtx()])
  const [plan, typed] = await Promise.all([orAway(planView(ctx, viewer)), typedBefore(fehler)])
  const refused = (typeof fehler === 'string' && refusals[fehler]) || refusalFor(fehler)
  return (
    <div className="column page">
      <h1>Mein Wochenplan</h1>
      {typeof stand === 'string' && done[stand] && (
        <Notice kind="done" className="mt-6">
          <p>{done[stand]}</p>
        </Notice>
      )}
      {refused && (
        <Notice kind="error" className="mt-6" title="Das hat nicht geklappt.">
          <p>{refused}</p>
        </Notice>
      )}
      {plan === null ? (
        <Notice kind="wait" className="mt-6" title="Wir kommen gerade nicht an unsere Daten.">
          <p>Dein Plan ist nicht weg. Die Lektionen laufen trotzdem; lade diese Seite in einer Minute neu.</p>
        </Notice>
      ) : plan.access !== 'active' ? (
        <NoCourse revoked={plan.access === 'revoked'} />
      ) : plan.wish ? (
        <Planned ctx={ctx} viewer={viewer} plan={plan} wish={plan.wish} typed={typed} />
      ) : (
        <Unplanned plan={plan} typed={typed} />
      )}
    </div>
  )
}

const hrefs = {
  save: paths.api.plan(),
  saved: paths.plan({ stand: 'gespeichert' }),
  pause: paths.api.planPause(),
  remove: paths.api.planDelete(),
}

type Wish = NonNullable<PlanView['wish']>

/** The wish with the fields of a refused form put over it. */
const withTyped = (wish: Wish, { minutes, weekdays, time, startsOn }: Typed): Wish => ({
  minutes: Number(minutes) || wish.minutes,
  weekdays: weekdays ? Object.keys(weekdays).map(Number) : wish.weekdays,
  time: time ?? wish.time,
  startsOn: startsOn ?? wish.startsOn,
})

function Unplanned({ plan: { remaining, today, rate }, typed }: { plan: PlanView; typed: Typed }) {
  if (remaining.lessons === 0) return <p className="lead mt-4">Alles erledigt. Hier ist nichts mehr zu planen.</p>
  return (
    <>
      <p className="lead mt-4">
        Vor dir liegen {remaining.lessons} Lektionen, {hoursAndMinutes(remaining.seconds)} Film
        {rate === 1 ? '' : ` in deinem Tempo (${speedName(rate)})`}. Sag, wann du Zeit hast; wir verteilen sie.
      </p>
      <div className="card mt-8 p-[clamp(20px,4vw,32px)]">
        <PlanForm wish={withTyped({ ...suggestion, startsOn: today }, typed)} today={today} isNew hrefs={hrefs} />
      </div>
    </>
  )
}

interface PlannedProps {
  ctx: Ctx
  viewer: Viewer
  plan: PlanView
  wish: Wish
  typed: Typed
}

function Planned({ ctx, viewer, plan, wish, typed }: PlannedProps) {
  const { today, finishesOn, rate, feedToken } = plan
  return (
    <>
      <p className="label mt-4">
        {weekdayNames(wish.weekdays)} · {wish.minutes} Min. · {wish.time} Uhr
        {rate === 1 ? '' : ` · Tempo ${speedName(rate)}`}
      </p>
      <PlanToday plan={plan} />
      {finishesOn && (
        <p className="lead plan-finish">Fertig am {weekdayWords(finishesOn, today)}, wenn du so weitergehst.</p>
      )}
      <p className="mt-2 text-muted">
        Ist ein Tag ausgefallen? Macht nichts. Der Plan rechnet jeden Tag neu, mit dem, was noch vor dir liegt.
      </p>
      <PlanWeeks weeks={plan.weeks} today={today} />
      <PlanCalendar
        feed={feedToken && ctx.settings.siteUrl + paths.planFeed(feedToken)}
        proven={viewer.kind === 'proven'}
        hrefs={{ feed: paths.api.planFeed(), download: paths.api.planCalendar() }}
      />
      <PlanChange
        wish={withTyped(wish, typed)}
        refused={typed.until !== undefined ? 'pause' : typed.minutes !== undefined ? 'plan' : null}
        until={typed.until}
        today={today}
        tomorrow={addDays(today, 1)}
        pausedUntil={plan.pausedUntil}
        hrefs={hrefs}
      />
    </>
  )
}

function NoCourse({ revoked }: { revoked: boolean }) {
  return (
    <>
      <p className="lead mt-4">
        {revoked
          ? 'Dein Zugang zum Kurs ist beendet, darum gibt es nichts zu planen. In deinem Konto steht, warum.'
          : 'Planen lässt sich, was du hast. Dir fehlt noch der Kurs.'}
      </p>
      <p className="mt-6">
        <a className="button button-primary" href={revoked ? paths.account() : paths.order()}>
          {revoked ? 'Zu deinem Konto' : 'Kurs bestellen'}
        </a>
      </p>
    </>
  )
}
