'use client'

import Link from 'next/link'
import { NavLink } from '#components/site/NavLink.tsx'
import { ZollstockMark } from '#components/ZollstockMark.tsx'

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
  const own = [
    { href: '/werkstatt', name: 'Werkbank' },
    { href: '/suche', name: 'Suche' },
    { href: '/heft', name: 'Heft' },
    { href: '/plan', name: 'Plan' },
  ]
  return [
    ...(person.owner ? own : [{ href: '/#preis', name: 'Preis' }]),
    { href: '/kurs', name: 'Inhalt' },
    ...(person.admin ? [{ href: '/admin', name: 'Verwaltung' }] : []),
    { href: '/konto', name: 'Konto' },
  ]
}

export function Header({ title, person }: { title: string; person: HeaderPerson }) {
  return (
    <header className="wrap">
      <div className="site-header">
        <Link href={person?.owner ? '/werkstatt' : '/'} prefetch={false} className="site-name">
          <ZollstockMark size={36} />
          <span>{title}</span>
        </Link>
        <nav aria-label="Hauptmenü">
          <ul>
            {linksFor(person).map((link) => (
              <li key={link.href}>
                <NavLink {...link} />
              </li>
            ))}
            <li>
              {/* Address and telephone are in the footer of every page. */}
              <a href="#fuss-kontakt">Kontakt</a>
            </li>
          </ul>
        </nav>
      </div>
    </header>
  )
}
