import { Mail, Phone } from 'lucide'
import Link from 'next/link'
import { ThemeSwitch } from '#components/site/ThemeSwitch.tsx'
import { Icon } from '#components/ui/Icon.tsx'
import { ZollstockMark } from '#components/Zollstock.tsx'

interface FooterProps {
  title: string
  email: string
  phone: string
  pages: { href: string; name: string }[]
  withdrawal: string
}

/** The same on every page, in the same order: contact, legal texts, withdrawal, light. */
export function Footer({ title, email, phone, pages, withdrawal }: FooterProps) {
  const reachable = !email.includes('[[')
  return (
    <footer className="site-footer">
      <div className="wrap grid gap-x-12 gap-y-8 py-10 md:grid-cols-[1.1fr_1fr_auto]">
        <section aria-labelledby="fuss-kontakt">
          <p className="site-name" id="fuss-kontakt">
            <ZollstockMark size={30} />
            <span>{title}</span>
          </p>
          <p className="mt-3 text-muted">Fragen? Schreib uns oder ruf an. Es antwortet ein Mensch.</p>
          <ul className="mt-2">
            <li className="foot-contact">
              <Icon of={Mail} size={18} />
              <span>E-Mail: {reachable ? <a href={`mailto:${email}`}>{email}</a> : email}</span>
            </li>
            <li className="foot-contact">
              <Icon of={Phone} size={18} />
              <span>
                Telefon: {phone.includes('[[') ? phone : <a href={`tel:${phone.replace(/[^+\d]/g, '')}`}>{phone}</a>}
              </span>
            </li>
          </ul>
        </section>
        <nav aria-label="Rechtliches">
          <ul className="foot-links">
            {pages.map((page) => (
              <li key={page.href}>
                <Link href={page.href} prefetch={false}>
                  {page.name}
                </Link>
              </li>
            ))}
          </ul>
          <Link href={withdrawal} prefetch={false} className="button button-quiet mt-4">
            Vertrag widerrufen
          </Link>
        </nav>
        <ThemeSwitch id="fuss" />
      </div>
    </footer>
  )
}
