import type { Metadata } from 'next'
import { pageCtx } from '#app/_http/viewer.ts'
import { LegalText } from '#components/site/LegalText.tsx'
import { Notice } from '#components/ui/Notice.tsx'

export const metadata: Metadata = { title: 'Vertrag widerrufen', alternates: { canonical: '/widerruf' } }

const letter =
  'Hiermit widerrufe ich den von mir abgeschlossenen Vertrag über den Kurs.\n\nBestellnummer:\nBestellt am:\nName:\nAnschrift:\n'

/** Until the form on this page exists, the page says so and opens a mail that needs three lines. */
export default async function WithdrawalPage() {
  const { content, settings } = await pageCtx()
  const { email } = settings.operator
  const mail = `mailto:${email}?subject=${encodeURIComponent('Widerruf')}&body=${encodeURIComponent(letter)}`
  return (
    <LegalText title="Vertrag widerrufen" html={content.legalHtml('widerruf')}>
      <Notice className="mt-8" title="So widerrufst du jetzt">
        <p>
          Schreib uns eine Mail mit deinem Namen und deiner Bestellnummer. Einen Grund brauchst du nicht. Wir bestätigen
          dir den Eingang mit Datum und Uhrzeit. Das Formular für diese Seite wird noch eingebaut; bis dahin gilt deine
          Mail.
        </p>
        {email.includes('[[') ? (
          <p className="mt-2">Die Adresse dafür trägt der Betreiber noch ein.</p>
        ) : (
          <p className="mt-4">
            <a className="button button-primary" href={mail}>
              Widerruf per Mail schreiben
            </a>
          </p>
        )}
      </Notice>
    </LegalText>
  )
}
