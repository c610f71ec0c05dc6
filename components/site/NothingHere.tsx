'use client'

import Link from 'next/link'
import { ZollstockMark } from '#components/ZollstockMark.tsx'

/** In place of a page that is not there. A client component, because every page carries it along. */
export function NothingHere() {
  return (
    <div className="column page">
      <ZollstockMark size={72} />
      <h1 className="mt-6">Der Haken ist leer.</h1>
      <p className="lead mt-4">
        Diese Seite hängt hier nicht, oder sie hängt jetzt woanders. Prüfe die Adresse oder fang von vorne an.
      </p>
      <ul className="mt-8 flex flex-wrap gap-4">
        <li>
          <Link className="button button-primary" href="/" prefetch={false}>
            Zur Startseite
          </Link>
        </li>
        <li>
          <Link className="button button-secondary" href="/kurs" prefetch={false}>
            Zum Inhalt des Kurses
          </Link>
        </li>
      </ul>
    </div>
  )
}
