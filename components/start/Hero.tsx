import type { courseFacts } from '#components/courseFacts.ts'
import { money } from '#components/format.ts'
import { type RuleSegment, Zollstock } from '#components/Zollstock.tsx'
import { aboutHours } from '#domain/learning/aboutHours.ts'

interface HeroProps {
  facts: ReturnType<typeof courseFacts>
  price: { amount: number; currency: string } | null
  tax: string
  accessYears: number
  action: { href: string; name: string }
  sample: { name: string } | null
  segments: RuleSegment[]
}

/** An example for the picture: four modules watched and one under way. */
const pictured = (segments: RuleSegment[]) =>
  segments.map((segment, index) => ({
    ...segment,
    done: index < 4 ? segment.lessons : index === 4 ? segment.lessons / 2 : 0,
  }))

/** One sentence, the price and the button, which is all that fits on a phone's first screen. */
export function Hero({ facts, price, tax, accessYears, action, sample, segments }: HeroProps) {
  const rows = [
    {
      label: 'Umfang',
      value: `${facts.modules} Module, ${facts.lessons} Lektionen, ${aboutHours(facts.seconds)} Film`,
    },
    { label: 'Zugang', value: `gleich nach der Zahlung, mindestens ${accessYears} Jahre, auf allen Geräten` },
    { label: 'Dazu', value: 'Übungen, Checklisten, Untertitel, Mitschriften, Notizen und Wochenplan' },
    {
      label: 'Preis',
      value: price ? `${money(price.amount, price.currency)} ${tax}, einmalig, kein Abo` : 'steht auf der Bestellseite',
    },
    { label: 'Widerruf', value: '14 Tage. Kreuzt du beides an, erlischt es mit der Freischaltung.' },
  ]
  return (
    <section className="wrap hero" aria-labelledby="titel">
      <div className="hero-grid">
        <div>
          <h1 id="titel" className="hero-title">
            Arbeit, die fertig wird.
          </h1>
          <p className="lead hero-lead">
            {facts.lessons} kurze Lektionen, in denen du dir dein eigenes System baust: für Aufgaben, Zeit, Post und
            Zusagen. Zwanzig Minuten am Tag.
          </p>
          <p className="hero-price">
            {price && <strong>{money(price.amount, price.currency)}</strong>}{' '}
            <span className="text-muted">{price ? `${tax}, einmalig. ` : ''}Zugang gleich nach der Zahlung.</span>
          </p>
          <div className="hero-actions">
            <a className="button button-primary" href={action.href}>
              {action.name}
            </a>
            {sample && (
              <a className="button button-secondary" href="#probelektion">
                {sample.name}
              </a>
            )}
          </div>
        </div>
        <dl className="rows hero-facts">
          {rows.map((row) => (
            <div key={row.label}>
              <dt>{row.label}</dt>
              <dd>{row.value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <figure className="hero-rule">
        <Zollstock
          segments={pictured(segments)}
          kind="picture"
          unfold
          text="Ein gelber Zollstock: die gesehenen Module liegen gerade, die übrigen sind noch gefaltet."
        />
        <figcaption className="label mt-3">
          {facts.modules} Glieder, {facts.lessons} Striche: mit jeder Lektion, die du wirklich gesehen hast, klappt er
          ein Stück weiter auf.
        </figcaption>
      </figure>
    </section>
  )
}
