import { ArrowLeft } from 'lucide'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Icon } from '#components/ui/Icon.tsx'
import { Notice } from '#components/ui/Notice.tsx'

const rooms = [
  { href: '/admin', name: 'Überblick' },
  { href: '/admin/personen', name: 'Personen' },
  { href: '/admin/bestellungen', name: 'Bestellungen' },
  { href: '/admin/widerrufe', name: 'Widerrufe' },
  { href: '/admin/ereignisse', name: 'Ereignisse' },
  { href: '/admin/mails', name: 'Mails' },
  { href: '/admin/anfragen', name: 'Anfragen' },
  { href: '/admin/auftraege', name: 'Aufträge' },
  { href: '/admin/videos', name: 'Videos' },
  { href: '/admin/freigaben', name: 'Freigaben' },
  { href: '/admin/protokoll', name: 'Protokoll' },
  { href: '/admin/pruefstand', name: 'Prüfstand' },
] as const

interface AdminPageProps {
  title: string
  /** The entry of the navigation that this page belongs to; the search belongs to none. */
  room?: (typeof rooms)[number]['name']
  /** The result of the form that led here. */
  flash?: { tone: 'done' | 'error'; text: string } | null
  /** On a detail page: back to its list. */
  detail?: boolean
  /** A line under the title. */
  lead?: ReactNode
  children: ReactNode
}

/** Frame of every page of the operator's area: its own navigation, title, content. */
export function AdminPage({ title, room, flash, detail = false, lead, children }: AdminPageProps) {
  const here = rooms.find(({ name }) => name === room)
  return (
    <div className="admin">
      <Search />
      <nav className="admin-nav" aria-label="Verwaltung">
        <ul>
          {rooms.map(({ href, name }) => (
            <li key={href}>
              <Link href={href} prefetch={false} aria-current={name === room ? (detail ? 'true' : 'page') : undefined}>
                {name}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {detail && here && (
        <Link className="admin-back" href={here.href} prefetch={false}>
          <Icon of={ArrowLeft} size={18} />
          {here.name === 'Prüfstand' ? 'Zum Prüfstand' : `Alle ${here.name}`}
        </Link>
      )}
      <h1>{title}</h1>
      {lead && <p className="mt-2 text-muted">{lead}</p>}
      {flash && (
        <div id="meldung" tabIndex={-1} className="mt-4">
          <Notice kind={flash.tone} role={flash.tone === 'error' ? 'alert' : 'status'}>
            <p>{flash.text}</p>
          </Notice>
        </div>
      )}
      <div className="mt-5">{children}</div>
    </div>
  )
}

/** One search field for names and ids of all kinds. A POST, because the text may be a mail address. */
function Search() {
  return (
    <search>
      <form className="admin-search" method="post" action="/api/admin/search">
        <label className="sr-only" htmlFor="admin-suche">
          Suchen
        </label>
        <input
          id="admin-suche"
          type="search"
          name="q"
          maxLength={280}
          placeholder="Adresse, Name, W-…, cs_…, pi_…, evt_…"
          autoComplete="off"
          spellCheck={false}
        />
        <button className="button button-quiet" type="submit">
          Suchen
        </button>
      </form>
    </search>
  )
}

/** Instead of the content while the database is away. */
export function Unreachable() {
  return (
    <Notice kind="wait" title="Wir kommen gerade nicht an unsere Daten.">
      <p>
        Die Datenbank antwortet nicht. Gekaufte Lektionen laufen weiter, Ereignisse stellt Stripe noch einmal zu. Lade
        die Seite neu; bleibt es so, hilft <span className="mono">npm run doctor</span>.
      </p>
    </Notice>
  )
}
