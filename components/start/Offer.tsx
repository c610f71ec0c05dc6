import { Check } from 'lucide'
import Link from 'next/link'
import type { courseFacts } from '#components/courseFacts.ts'
import { hoursAndMinutes, money } from '#components/format.ts'
import { Icon } from '#components/ui/Icon.tsx'

interface OfferProps {
  facts: ReturnType<typeof courseFacts>
  price: { amount: number; currency: string } | null
  tax: string
  accessYears: number
  action: { href: string; name: string }
}

/** What it costs, what is in it, and how to get out again, in plain words. */
export function Offer({ facts, price, tax, accessYears, action }: OfferProps) {
  const included = [
    `${facts.lessons} Filme in ${facts.modules} Modulen, zusammen ${hoursAndMinutes(facts.seconds)}`,
    `zu jeder Lektion Text, Übung und Checkliste${facts.complete ? '' : ', sobald sie geschrieben sind'}`,
    `Untertitel, Mitschrift und eine Suche, die bis zum Satz führt${facts.complete ? '' : ' (bei fertigen Lektionen)'}`,
    'dein Werkstatt-Heft: Notizen zur Sekunde, als PDF zum Mitnehmen',
    'ein Wochenplan, auch für deinen Kalender',
    'dein Fortschritt auf jedem Gerät, sekundengenau',
    'eine Teilnahmebestätigung, wenn du alle Lektionen erledigt hast',
    `Zugang mindestens ${accessYears} Jahre`,
  ]
  return (
    <section className="wrap section" id="preis" aria-labelledby="preis-titel">
      <h2 id="preis-titel">Ein Preis, kein Abo</h2>
      <div className="offer card">
        <div className="offer-price">
          <p className="offer-amount">{price ? money(price.amount, price.currency) : 'Preis siehe Bestellseite'}</p>
          <p className="text-muted">{tax}, einmalig, keine Versandkosten</p>
          <a className="button button-primary mt-6" href={action.href}>
            {action.name}
          </a>
        </div>
        <div className="offer-rest">
          <h3>Enthalten</h3>
          <ul className="mt-3">
            {included.map((line) => (
              <li key={line} className="offer-line">
                <Icon of={Check} size={20} />
                {line}
              </li>
            ))}
          </ul>
          <h3 className="mt-8">Wenn es doch nicht passt</h3>
          <p className="mt-2">
            Du kannst den Vertrag 14 Tage lang widerrufen, ohne Grund. Kreuzt du beim Bestellen beides an, erlischt das
            Recht mit der Freischaltung. Kreuzt du nichts an, bleibt es, und dein Zugang ist trotzdem gleich offen.{' '}
            <Link className="link" href="/widerruf" prefetch={false}>
              So geht der Widerruf
            </Link>
          </p>
        </div>
      </div>
    </section>
  )
}
