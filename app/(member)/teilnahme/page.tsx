import { Download } from 'lucide'
import type { Metadata } from 'next'
import { sayRefused } from '#app/_http/pageStatus.ts'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, requireViewer } from '#app/_http/viewer.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { typedBefore } from '#app/_pages/typedBefore.ts'
import { ParticipationName } from '#components/member/ParticipationName.tsx'
import { ParticipationSheet } from '#components/member/ParticipationSheet.tsx'
import { Icon } from '#components/ui/Icon.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { type Participation, participation } from '#domain/learning/certificate/participation.ts'
import { type ErrorCode, isAppError } from '#errors'
import type { Ctx } from '#ports'
import { UnderWay } from './UnderWay.tsx'

export const metadata: Metadata = { title: 'Teilnahmebestätigung', robots: { index: false } }

type Search = { searchParams: Promise<{ fehler?: string; stand?: string }> }

async function read(work: Promise<Participation>): Promise<Participation | ErrorCode> {
  try {
    return await work
  } catch (error) {
    if (!isAppError(error) || !['no_grant', 'database_unavailable'].includes(error.code)) throw error
    if (error.code === 'database_unavailable') sayRefused(error.code)
    return error.code
  }
}

/** Sentences for a refused form without scripts, more precise than the general ones of each code. */
const refusals: Partial<Record<ErrorCode, string>> = {
  invalid_input:
    'So können wir den Namen nicht drucken. Nimm 1 bis 80 Zeichen: Buchstaben jeder Schrift, keine Adresse, kein Code.',
  conflict: 'Es fehlen noch Lektionen. Welche, steht hier.',
}

export default async function ParticipationPage({ searchParams }: Search) {
  const [viewer, ctx, search] = await Promise.all([requireViewer(paths.participation()), pageCtx(), searchParams])
  const found = await read(participation(ctx, viewer))
  if (found === 'no_grant') return <NoCourse />
  if (typeof found === 'string') return <Away />
  const refused = refusals[search.fehler as ErrorCode] ?? refusalFor(search.fehler)
  const { certificate, complete } = found
  const typed = await typedBefore(search.fehler)
  const form = { action: paths.api.certify(), saved: paths.participation({ stand: 'gesichert' }), refused }
  if (certificate)
    return (
      <div className="column page">
        <h1>Deine Teilnahme&shy;bestätigung</h1>
        {search.stand === 'gesichert' && (
          <Notice kind="done" role="status" className="mt-6">
            <p>Gesichert. So steht es jetzt auf dem PDF und auf der öffentlichen Seite.</p>
          </Notice>
        )}
        <p className="mt-6 flex flex-wrap gap-4">
          <a className="button button-primary" href={paths.api.certificatePdf(certificate.number)}>
            <Icon of={Download} size={20} /> PDF herunterladen
          </a>
          <a className="button button-secondary" href={paths.certificate(certificate.number)}>
            Öffentliche Seite
          </a>
        </p>
        <div className="mt-8">
          <ParticipationSheet facts={certificate} modules={modulesOf(ctx)} organiser={organiserOf(ctx)} />
        </div>
        <section className="mt-12" aria-labelledby="name-berichtigen">
          <h2 id="name-berichtigen">Stimmt der Name?</h2>
          {viewer.kind === 'proven' ? (
            <ParticipationName
              {...form}
              name={typed.name ?? certificate.name}
              button="Name ändern"
              primary={false}
              hint="Die Nummer bleibt. Wer sie hat, sieht auf der öffentlichen Seite den neuen Namen, sonst nichts von dir."
            />
          ) : (
            <Unproven />
          )}
        </section>
      </div>
    )
  if (!complete) return <UnderWay found={found} refused={refused} />
  return (
    <div className="column page">
      <h1>Alle {found.totals.lessons} Lektionen sind erledigt.</h1>
      <p className="lead mt-4">
        Du kannst dir deine Teilnahme bestätigen lassen: als PDF mit deinem Namen und einer Nummer, unter der sich die
        Bestätigung nachsehen lässt.
      </p>
      {viewer.kind === 'proven' ? (
        <ParticipationName
          {...form}
          name={typed.name ?? viewer.name ?? ''}
          button="Ausstellen"
          primary
          hint="Er steht auf dem PDF und auf einer Seite, die nur findet, wer die Nummer hat. Ändern kannst du ihn jederzeit."
        />
      ) : (
        <Unproven />
      )}
    </div>
  )
}

const modulesOf = (ctx: Ctx) => ctx.content.course().modules.map(({ lessons }) => lessons.length)

function organiserOf({ settings: { operator } }: Ctx): string {
  return `${operator.name}, ${operator.postalCode} ${operator.city}`
}

const Unproven = () => (
  <Notice className="mt-4" title="Dafür brauchen wir eine richtige Anmeldung.">
    <p>Öffne den Link aus deiner Mail. So wissen wir, dass das Postfach dir gehört.</p>
  </Notice>
)

function NoCourse() {
  return (
    <div className="column page">
      <h1>Hier ist noch kein Kurs.</h1>
      <p className="lead mt-4">Eine Teilnahmebestätigung gibt es, wenn alle Lektionen erledigt sind.</p>
      <a className="button button-primary mt-8" href={paths.course()}>
        Inhalt ansehen
      </a>
    </div>
  )
}

function Away() {
  return (
    <div className="column page">
      <h1>Teilnahme&shy;bestätigung</h1>
      <Notice kind="wait" className="mt-6" title="Wir kommen gerade nicht an unsere Daten.">
        <p>Was du erledigt hast, ist gespeichert. Lade die Seite in einer Minute neu.</p>
      </Notice>
    </div>
  )
}
