import { Mail, Phone } from 'lucide'
import { Icon } from '#components/ui/Icon.tsx'
import { ZollstockMark } from '#components/ZollstockMark.tsx'

export interface FooterProps {
  title: string
  email: string
  phone: string
  pages: { href: string; name: string }[]
  withdrawal: string
}

/** Contact and legal texts, the same on every page in the same order; the switch for the light stands behind them. */
export function FooterText({ title, email, phone, pages, withdrawal }: FooterProps) {
  const reachable = !email.includes('[[')
  return (
    <>
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
              <a href={page.href}>{page.name}</a>
            </li>
          ))}
        </ul>
        <a href={withdrawal} className="button button-quiet mt-4">
          Vertrag widerrufen
        </a>
      </nav>
    </>
  )
}
