import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx } from '#app/_http/viewer.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { typedBefore } from '#app/_pages/typedBefore.ts'
import { MailboxHint } from '#components/auth/MailboxHint.tsx'
import { FieldError } from '#components/ui/FieldError.tsx'
import { Notice } from '#components/ui/Notice.tsx'

export const metadata: Metadata = {
  title: 'Bezahlt, aber kein Zugang?',
  description:
    'Gib die Adresse an, mit der du bezahlt hast. Wir sehen bei der Kasse nach und schicken den Link noch einmal.',
}

type Search = { fehler?: string; stand?: string }

/** „Bezahlt, aber kein Zugang?“, without scripts. The answer never tells whether an address or an order is known. */
export default async function ClaimPage({ searchParams }: { searchParams: Promise<Search> }) {
  const [ctx, { fehler, stand }] = await Promise.all([pageCtx(), searchParams])
  const { email, phone } = ctx.settings.operator
  if (stand === 'da') return <Asked mailbox={ctx.settings.emulatorUrls.mailbox ?? null} email={email} phone={phone} />
  const refused = refusalFor(fehler)
  const typed = await typedBefore(fehler)
  const isAddress = fehler === 'invalid_input'
  return (
    <div className="column page">
      <h1>Bezahlt, aber kein Zugang?</h1>
      <p className="lead mt-4">
        Das bringen wir in Ordnung. Gib die Adresse an, mit der du bezahlt hast: Wir fragen bei der Kasse nach, holen
        nach, was fehlt, und schicken dir den Link noch einmal.
      </p>
      {refused && !isAddress && (
        <Notice kind="error" className="mt-8" title="Das hat nicht geklappt.">
          <p>{refused}</p>
          <p className="mt-2">
            Eilt es? {email}, {phone}.
          </p>
        </Notice>
      )}
      <form method="post" action={paths.api.claim()} className="mt-8">
        <div className="field">
          <label htmlFor="adresse">Deine E-Mail-Adresse</label>
          <input
            id="adresse"
            className="input"
            type="email"
            name="email"
            defaultValue={typed.email}
            required
            maxLength={254}
            autoComplete="email"
            inputMode="email"
            spellCheck={false}
            autoCapitalize="none"
            aria-invalid={isAddress ? true : undefined}
            aria-describedby={isAddress ? 'adresse-fehler' : undefined}
          />
          {isAddress && (
            <FieldError id="adresse-fehler" text="Das ist keine gültige E-Mail-Adresse. Prüfe sie noch einmal." />
          )}
        </div>
        <div className="field mt-6">
          <label htmlFor="beleg">Bestellnummer oder Belegnummer, wenn du eine hast</label>
          <input
            id="beleg"
            className="input"
            name="reference"
            defaultValue={typed.reference}
            maxLength={255}
            autoComplete="off"
            spellCheck={false}
            aria-describedby="beleg-hinweis"
          />
          <p className="field-hint" id="beleg-hinweis">
            Steht auf der Bestätigung oder auf dem Beleg der Kasse, etwa{' '}
            <span className="whitespace-nowrap">W-2026-0117</span>. Sie hilft, wenn in der Adresse ein Tippfehler war.
          </p>
        </div>
        <button type="submit" className="button button-primary mt-8">
          Nachsehen lassen
        </button>
      </form>
      <p className="mt-8 text-muted">
        Der Link geht immer nur an die Adresse der Bestellung. So bekommt niemand Zugang, der sie nur kennt.
      </p>
    </div>
  )
}

function Asked({ mailbox, email, phone }: { mailbox: string | null; email: string; phone: string }) {
  return (
    <div className="column page">
      <h1>Wir sehen nach.</h1>
      <p className="lead mt-4">
        Schau in den nächsten Minuten in dein Postfach, auch in den Spam. Gibt es zu deiner Adresse eine Bestellung,
        dann liegt dort gleich ein neuer Link mit einem Code.
      </p>
      <ol className="mt-8 grid list-decimal gap-3 pl-6">
        <li>Wir gleichen die Bestellung noch einmal mit der Kasse ab. Was dort bezahlt ist, wird hier geöffnet.</li>
        <li>Der Link geht an die Adresse der Bestellung. Er gilt 15 Minuten.</li>
        <li>
          Passt etwas nicht zusammen, liegt deine Anfrage jetzt bei uns auf dem Tisch. Ein Mensch sieht sie sich an und
          schreibt dir. Du musst nichts noch einmal bezahlen.
        </li>
      </ol>
      <div className="mt-8 flex flex-wrap gap-3">
        <a className="button button-primary" href={paths.loginSent()}>
          Code eingeben
        </a>
        <a className="button button-quiet" href={paths.claim()}>
          Andere Angaben
        </a>
      </div>
      <p className="mt-8 text-muted">
        Lieber gleich sprechen? {email}, {phone}.
      </p>
      <MailboxHint href={mailbox} />
    </div>
  )
}
