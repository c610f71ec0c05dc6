import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { pageCtx } from '#app/_http/viewer.ts'
import { NotNow } from '#app/_pages/NotNow.tsx'
import { orAway } from '#app/_pages/orAway.ts'
import { carriedWithdrawal } from '#app/_pages/withdrawal.ts'
import { MailboxHint } from '#components/auth/MailboxHint.tsx'
import { Laufzettel, Stamp } from '#components/Laufzettel.tsx'
import { dayWords, fullMoment } from '#domain/calendar/germanWords.ts'
import { receivedWithdrawal } from '#domain/sales/withdrawal/receivedWithdrawal.ts'
import { declarationSentence, refundClock } from '#domain/sales/withdrawal/rules.ts'

export const metadata: Metadata = { title: 'Widerruf eingegangen', robots: { index: false } }

/** What was declared and when it arrived, to keep or to print. Says nothing about any order: a person looks at it. */
export default async function ReceivedPage() {
  const [ctx, carried] = await Promise.all([pageCtx(), carriedWithdrawal()])
  const received = carried?.step === 'done' ? await orAway(found(receivedWithdrawal(ctx, carried.id))) : 'unknown'
  if (received === 'unknown') return <NotHere />
  if (!received)
    return (
      <NotNow
        title="Dein Widerruf ist da."
        safe="Er ist gespeichert, und die Eingangsbestätigung kommt per Mail, sobald wir wieder an unsere Daten kommen."
        href={paths.withdrawalDone()}
      />
    )
  const { name, contract, email, receivedAt } = received
  const { operator } = ctx.settings
  return (
    <div className="column page">
      <h1>Dein Widerruf ist da.</h1>
      <p className="lead mt-4">
        Die Eingangsbestätigung geht jetzt an <span className="wrap-anywhere">{email}</span>. Du kannst diese Seite auch
        drucken oder speichern.
      </p>
      <div className="mt-8">
        <Laufzettel
          title="Eingang"
          tone="done"
          stamp={<Stamp>eingegangen</Stamp>}
          rows={[
            { label: 'Eingegangen', value: fullMoment(receivedAt), mono: true },
            {
              label: 'An',
              value: `${operator.name}, ${operator.street}, ${operator.postalCode} ${operator.city}`,
            },
            { label: 'Erklärung', value: declarationSentence },
            { label: 'Vertrag', value: <span className="wrap-anywhere">{contract}</span> },
            { label: 'Name', value: <span className="wrap-anywhere">{name}</span> },
            { label: 'Bestätigung an', value: <span className="wrap-anywhere">{email}</span> },
          ]}
          stub={
            <p>
              Wir prüfen jetzt, ob dein Widerrufsrecht besteht. Besteht es, ist dein Geld spätestens am{' '}
              {dayWords(refundClock(receivedAt, receivedAt).lastDay)} auf demselben Weg zurück, auf dem du bezahlt hast.
              Du musst nichts weiter tun.
            </p>
          }
        />
      </div>
      <div className="print-hidden">
        <p className="mt-6 text-muted">
          Keine Mail angekommen? Schau im Spam nach. War die Adresse falsch, erkläre den Widerruf{' '}
          <Link className="link" href={paths.withdrawal()} prefetch={false}>
            noch einmal
          </Link>{' '}
          mit der richtigen. Für die Frist zählt die erste Erklärung.
        </p>
        <MailboxHint href={ctx.settings.emulatorUrls.mailbox ?? null} />
      </div>
    </div>
  )
}

const found = async <Row,>(read: Promise<Row | null>): Promise<Row | 'unknown'> => (await read) ?? 'unknown'

function NotHere() {
  return (
    <div className="column page">
      <h1>Hier steht dein Widerruf.</h1>
      <p className="lead mt-4">
        Eine halbe Stunde lang, in dem Browser, in dem du ihn bestätigt hast. Danach gilt die Eingangsbestätigung in
        deinem Postfach.
      </p>
      <p className="mt-4">
        Hast du gerade bestätigt und siehst trotzdem das hier, nimmt dein Browser keine Cookies an.
      </p>
      <Link className="button button-quiet mt-8" href={paths.withdrawal()} prefetch={false}>
        Vertrag widerrufen
      </Link>
    </div>
  )
}
