import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx } from '#app/_http/viewer.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { Notice } from '#components/ui/Notice.tsx'

export const metadata: Metadata = { title: 'Mails abstellen', robots: { index: false }, referrer: 'no-referrer' }

type Search = { token?: string; fehler?: string; stand?: string }

/** Opening this page changes nothing, however often a mail scanner does: only the button ends the mails. */
export default async function MailsOffPage({ searchParams }: { searchParams: Promise<Search> }) {
  const [ctx, search] = await Promise.all([pageCtx(), searchParams])
  const token = typeof search.token === 'string' ? search.token : ''
  const refused = refusalFor(search.fehler)
  if (search.stand === 'aus')
    return (
      <div className="column page">
        <h1>Die Mails sind aus.</h1>
        <p className="lead mt-4">
          Wenn eine Lektion öffnet, schreiben wir dir nicht mehr. Alles andere bleibt, wie es ist: Deine Lektionen
          öffnen weiter nach Plan, Bestellungen und Anmeldelinks kommen weiter per Mail.
        </p>
        <p className="mt-6">
          Doch wieder haben? In deinem{' '}
          <a className="link" href={paths.account()}>
            Konto
          </a>{' '}
          stellst du sie an.
        </p>
      </div>
    )
  if (!ctx.tokens.mailOffPerson(token))
    return (
      <div className="column page">
        <h1>Diesen Link kennen wir nicht.</h1>
        <p className="lead mt-4">
          Vielleicht hat dein Mailprogramm ihn umgebrochen. Kopiere ihn ganz, oder stell die Mails in deinem Konto ab.
        </p>
        <a className="button button-primary mt-8" href={paths.account()}>
          Zu deinem Konto
        </a>
      </div>
    )
  return (
    <div className="column page">
      <h1>Mails über neue Lektionen abstellen?</h1>
      <p className="lead mt-4">
        Dann meldet sich niemand mehr, wenn nach Plan etwas Neues offen ist. Bestellungen und Anmeldelinks kommen
        weiter.
      </p>
      {refused && (
        <Notice kind="error" className="mt-6">
          <p>{refused}</p>
        </Notice>
      )}
      <form method="post" action={paths.api.mailOff()} className="mt-8">
        <input type="hidden" name="token" value={token} />
        <button type="submit" className="button button-primary">
          Ja, abstellen
        </button>
      </form>
      <p className="mt-6 text-muted">Doch nicht? Dann schließ diese Seite; es ist nichts passiert.</p>
    </div>
  )
}
