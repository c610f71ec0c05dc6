import Link from 'next/link'
import { ZollstockMark } from '#components/Zollstock.tsx'

/** null: nobody is logged in. */
export type HeaderPerson = { owner: boolean; admin: boolean } | null

const visitorLinks = [
  { href: '/kurs', name: 'Inhalt' },
  { href: '/#probelektion', name: 'Probelektion' },
  { href: '/#preis', name: 'Preis' },
  { href: '/anmelden', name: 'Anmelden' },
]

function linksFor(person: HeaderPerson): { href: string; name: string }[] {
  if (!person) return visitorLinks
  return [
    person.owner ? { href: '/werkstatt', name: 'Werkbank' } : { href: '/#preis', name: 'Preis' },
    { href: '/kurs', name: 'Inhalt' },
    ...(person.admin ? [{ href: '/admin', name: 'Verwaltung' }] : []),
    { href: '/konto', name: 'Konto' },
  ]
}

export function Header({ title, person }: { title: string; person: HeaderPerson }) {
  return (
    <header className="wrap">
      <div className="site-header">
        <Link href={person?.owner ? '/werkstatt' : '/'} className="site-name">
          <ZollstockMark size={36} />
          <span>{title}</span>
        </Link>
        <nav aria-label="Hauptmenü">
          <ul>
            {linksFor(person).map((link) => (
              <li key={link.href}>
                <Link href={link.href} prefetch={false}>
                  {link.name}
                </Link>
              </li>
            ))}
            <li>
              {/* The foot of every page carries address and telephone. */}
              <a href="#fuss-kontakt">Kontakt</a>
            </li>
          </ul>
        </nav>
      </div>
    </header>
  )
}
