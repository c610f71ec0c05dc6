import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Notice } from '#components/ui/Notice.tsx'

const rooms = [
  { href: '/admin', name: 'Überblick' },
  { href: '/admin/bestellungen', name: 'Bestellungen' },
  { href: '/admin/widerrufe', name: 'Widerrufe' },
  { href: '/admin/ereignisse', name: 'Ereignisse' },
  { href: '/admin/mails', name: 'Mails' },
  { href: '/admin/anfragen', name: 'Anfragen' },
  { href: '/admin/auftraege', name: 'Aufträge' },
  { href: '/admin/videos', name: 'Videos' },
] as const

interface AdminPageProps {
  title: string
  /** Which room this page belongs to. */
  room: (typeof rooms)[number]['name']
  /** On a detail page: back to its list. */
  detail?: boolean
  /** A line under the title. */
  lead?: ReactNode
  children: ReactNode
}

/** Frame of every page of the operator's area: its own navigation, title, content. */
export function AdminPage({ title, room, detail = false, lead, children }: AdminPageProps) {
  const here = rooms.find(({ name }) => name === room)
  return (
    <div className="admin">
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
          <ArrowLeft size={18} strokeWidth={1.75} aria-hidden="true" />
          Alle {here.name}
        </Link>
      )}
      <h1>{title}</h1>
      {lead && <p className="mt-2 text-muted">{lead}</p>}
      <div className="mt-5">{children}</div>
    </div>
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
