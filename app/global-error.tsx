'use client'

import { fontVariables } from '#app/fonts.ts'
import { ErrorText } from '#components/site/ErrorText.tsx'
import './globals.css'

/** Replaces the whole page, layout included, so it brings its own `<html>`. */
export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="de" className={fontVariables}>
      <body>
        <title>Fehler · Die Produktivitäts-Werkstatt</title>
        <main id="inhalt">
          <ErrorText error={error} retry={reset} />
        </main>
        <footer className="site-footer">
          <ul className="wrap flex flex-wrap gap-6 py-8">
            <li>
              <a href="/impressum">Impressum</a>
            </li>
            <li>
              <a href="/datenschutz">Datenschutz</a>
            </li>
            <li>
              <a href="/widerruf">Vertrag widerrufen</a>
            </li>
          </ul>
        </footer>
      </body>
    </html>
  )
}
