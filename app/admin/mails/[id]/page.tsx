import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { NotHere } from '#app/_pages/NotHere.tsx'
import { adminRead, pageFlash, type Search } from '#app/admin/adminRead.ts'
import { Repairs } from '#app/admin/Repairs.tsx'
import { letterRepairs } from '#app/admin/steps.ts'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Lamp, Mono, Raw, When } from '#components/admin/Bits.tsx'
import { Live } from '#components/admin/Live.tsx'
import { letterState } from '#components/admin/words.ts'
import { timeOfDay } from '#domain/calendar/germanWords.ts'
import { getLetter, type LetterDetail } from '#domain/mail/getLetter.ts'
import { kindNames } from '#domain/mail/rules.ts'
import type { LetterKind } from '#ports'

export const metadata: Metadata = { title: 'Mail' }

type Props = { params: Promise<{ id: string }>; searchParams: Search }

export default async function MailPage({ params, searchParams }: Props) {
  const [{ id }, search] = await Promise.all([params, searchParams])
  const flash = await pageFlash(search)
  const found = await adminRead(paths.adminMail(id), async (ctx) => ({ detail: await getLetter(ctx, id) }))
  if (found && !found.detail) return <NotHere />
  const kind = found?.detail?.letter.kind
  return (
    <AdminPage title={kind ? (kindNames[kind as LetterKind] ?? kind) : 'Mail'} room="Mails" detail flash={flash}>
      <Live active={found?.detail != null && moves.includes(found.detail.letter.state)} />
      {found?.detail ? (
        <>
          <Repairs repairs={letterRepairs(found.detail.letter)} back={paths.adminMail(id)} refused={flash} />
          <div className="admin-grid mt-4">
            <Facts letter={found.detail.letter} />
            <Preview preview={found.detail.preview} />
          </div>
        </>
      ) : (
        <Unreachable />
      )}
    </AdminPage>
  )
}

/** States that soon change by themselves. */
const moves = ['queued', 'handed_over', 'sent', 'delayed']

/** The state as a sentence with the next step, claiming no more than what the mail service told us. */
function whereItIs({ state, stateAt, deliveredAt, handedOverAt, kind }: LetterDetail['letter']): string {
  switch (state) {
    case 'queued':
      return 'Wartet auf einen Worker, oder darauf, dass Resend wieder antwortet. Du musst nichts tun.'
    case 'handed_over':
    case 'sent':
      return `Bei Resend seit ${timeOfDay(handedOverAt ?? stateAt)}. Die Zustellung meldet Resend.`
    case 'delivered':
      return `Zugestellt um ${timeOfDay(deliveredAt ?? stateAt)}.`
    case 'delayed':
      return 'Das Postfach nimmt gerade nichts an. Resend versucht es weiter; danach steht hier, wie es ausging.'
    case 'bounced':
    case 'suppressed':
    case 'failed':
      return 'Abgewiesen. Kläre die Adresse und sende neu, oder hak die Mail ab.'
    case 'complained':
      return 'Zugestellt, aber als Spam gemeldet. Schreib der Person auf anderem Weg.'
    case 'parked':
      return 'Steht still, bis die Ursache behoben ist. Danach noch einmal versuchen.'
    case 'unknown':
      return 'Sieh bei Resend nach. Kam sie an, hak sie ab; kam sie nicht an, sende neu.'
    default:
      return kind === 'login' ? 'Nicht verschickt. Wer hinein will, fragt einen neuen Link an.' : 'Nicht verschickt.'
  }
}

function Facts({ letter }: Pick<LetterDetail, 'letter'>) {
  const facts: [string, React.ReactNode][] = [
    ['Stand', <Lamp key="stand" word={letterState(letter.state)} />],
    ['Heißt', whereItIs(letter)],
    ['Grund', letter.reason ?? '–'],
    ...(letter.closedAt
      ? [['Erledigt', <When key="erledigt" at={letter.closedAt} />] as [string, React.ReactNode]]
      : []),
    ['An', letter.toAddress],
    ['Geschrieben', <When key="geschrieben" at={letter.createdAt} />],
    ['Übergeben', <When key="uebergeben" at={letter.handedOverAt} />],
    ['Zugestellt', <When key="zugestellt" at={letter.deliveredAt} />],
    ['Stand seit', <When key="seit" at={letter.stateAt} />],
    ['Ungewiss seit', <When key="ungewiss" at={letter.ambiguousAt} />],
    ['Verfällt', <When key="verfaellt" at={letter.dropAfter} />],
    [
      'Versuche',
      <span key="versuche" className="mono">
        {letter.attempts}
      </span>,
    ],
    [
      'Bestellung',
      letter.purchaseId ? (
        <Link key="bestellung" href={paths.adminOrder(letter.purchaseId)} prefetch={false}>
          ansehen
        </Link>
      ) : (
        '–'
      ),
    ],
    [
      'Person',
      letter.personId ? (
        <Link key="person" href={paths.adminPerson(letter.personId)} prefetch={false}>
          Kundenakte
        </Link>
      ) : (
        '–'
      ),
    ],
    ['Bei Resend', <Mono key="resend">{letter.providerId}</Mono>],
    ['Kennung', <Mono key="kennung">{letter.id}</Mono>],
    ['Anfrage', <Mono key="anfrage">{letter.requestId}</Mono>],
    ['Vorlage', `${letter.kind}, Fassung ${letter.templateVersion}`],
  ]
  return (
    <dl className="rows">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Preview({ preview }: Pick<LetterDetail, 'preview'>) {
  if (!preview)
    return (
      <div className="admin-empty">
        <p>Diese Mail lässt sich nicht mehr anzeigen: Ihre Vorlage gibt es nicht mehr.</p>
      </div>
    )
  return (
    <section aria-labelledby="vorschau">
      <h2 id="vorschau">{preview.subject}</h2>
      <p className="mt-1 mb-3 text-muted">Vorschau ohne Links und Codes: Wer sie sähe, käme in ein fremdes Konto.</p>
      {/* An empty sandbox: no script, no form, no way out of the frame. */}
      <iframe className="admin-letter" title="Vorschau der Mail" sandbox="" srcDoc={preview.html} />
      <details className="mt-4">
        <summary className="font-bold">Als Text</summary>
        <div className="mt-3">
          <Raw label="Mail als Text" text={preview.text} />
        </div>
      </details>
    </section>
  )
}
