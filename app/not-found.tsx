import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { ZollstockMark } from '#components/Zollstock.tsx'

export const metadata: Metadata = { title: 'Nicht gefunden', robots: { index: false } }

export default function NotFound() {
  return (
    <div className="column page">
      <ZollstockMark size={72} />
      <h1 className="mt-6">Der Haken ist leer.</h1>
      <p className="lead mt-4">
        Diese Seite hängt hier nicht, oder sie hängt jetzt woanders. Prüfe die Adresse oder fang von vorne an.
      </p>
      <ul className="mt-8 flex flex-wrap gap-4">
        <li>
          <Link className="button button-primary" href={paths.home()} prefetch={false}>
            Zur Startseite
          </Link>
        </li>
        <li>
          <Link className="button button-secondary" href={paths.course()} prefetch={false}>
            Zum Inhalt des Kurses
          </Link>
        </li>
      </ul>
    </div>
  )
}
