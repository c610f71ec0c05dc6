import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { sentenceFor } from '#app/_http/respond.ts'
import { pageCtx, viewer } from '#app/_http/viewer.ts'
import { shownPrice } from '#app/_pages/shop.ts'
import { typedBefore } from '#app/_pages/typedBefore.ts'
import { courseFacts, taxWords } from '#components/courseFacts.ts'
import { hoursAndMinutes, money } from '#components/format.ts'
import { OrderForm } from '#components/order/OrderForm.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { publicSchedule } from '#domain/learning/releases/scheduleView.ts'
import { type ErrorCode, errorStatus } from '#errors'

export const metadata: Metadata = { title: 'Bestellen', robots: { index: false } }

type Search = { fehler?: string; abgebrochen?: string }

const isErrorCode = (text: string | undefined): text is ErrorCode =>
  text !== undefined && Object.hasOwn(errorStatus, text)

/** Sentences after a form without JavaScript: the page was reloaded by it, so they do not ask for that. */
const afterForm: Partial<Record<ErrorCode, string>> = {
  price_changed: 'Der Preis hat sich geändert. Unten steht der neue: Prüfe ihn und bestelle dann.',
  invalid_input: 'Mit dieser E-Mail-Adresse geht es nicht. Gib sie noch einmal ein, mit allem nach dem @.',
}

export default async function OrderPage({ searchParams }: { searchParams: Promise<Search> }) {
  const [ctx, price, visitor, search] = await Promise.all([pageCtx(), shownPrice(), viewer(), searchParams])
  const { operator } = ctx.settings
  const typed = await typedBefore(search.fehler)
  const facts = courseFacts(ctx.content.course())
  if (visitor && visitor.courses.length > 0) return <AlreadyOwner />
  const staggered = (await publicSchedule(ctx)) !== null
  return (
    <div className="column page">
      <h1>Bestellen</h1>
      {search.abgebrochen && (
        <Notice className="mt-6" title="Du bist zurück von der Kasse.">
          <p>Es wurde nichts gebucht. Wenn du weitermachen willst, bestelle einfach noch einmal.</p>
        </Notice>
      )}
      {isErrorCode(search.fehler) && (
        <Notice kind="error" className="mt-6" title="Das hat nicht geklappt.">
          <p>{afterForm[search.fehler] ?? sentenceFor(search.fehler)}</p>
        </Notice>
      )}
      <dl className="rows mt-8">
        <div>
          <dt>Zahlung</dt>
          <dd>Karte oder SEPA-Lastschrift, abgewickelt von Stripe</dd>
        </div>
        <div>
          <dt>Lieferung</dt>
          <dd>online, ohne Versandkosten, in Deutschland, Österreich, der Schweiz und den übrigen Ländern der EU</dd>
        </div>
      </dl>
      <OrderForm
        attemptId={ctx.ids.uuid()}
        action={paths.api.createCheckout()}
        cancelUrl={`${paths.order()}?abgebrochen=1`}
        email={typed.email ?? visitor?.email ?? ''}
        ticked={{
          startNow: Boolean(typed.consent?.startNow),
          acknowledgesLoss: Boolean(typed.consent?.acknowledgesLoss),
        }}
        consent={ctx.content.consent()}
        price={price}
        priceText={price ? money(price.amount, price.currency) : null}
        tax={taxWords(operator.taxRegime)}
        rows={[
          { label: 'Was', value: `${ctx.content.course().title}: Videokurs zum Selbstlernen` },
          {
            label: 'Umfang',
            value: `${facts.modules} Module, ${facts.lessons} Lektionen, ${hoursAndMinutes(facts.seconds)} Film`,
          },
          ...(staggered
            ? [{ label: 'Freigabe', value: 'Nicht alles öffnet sofort. Wann welche Lektion, steht unter „Inhalt“.' }]
            : []),
          {
            label: 'Dauer',
            value: `Zugang mindestens ${operator.accessYears} Jahre ab Zahlung; kein Abo, nichts zu kündigen`,
          },
          {
            label: 'Technik',
            value: 'aktueller Browser, Internet ab etwa 3 Mbit/s, Anmeldung mit deiner E-Mail-Adresse',
          },
          { label: 'Von', value: `${operator.name}, ${operator.street}, ${operator.postalCode} ${operator.city}` },
        ]}
      />
    </div>
  )
}

function AlreadyOwner() {
  return (
    <div className="column page">
      <h1>Du hast den Kurs schon.</h1>
      <p className="lead mt-4">Es gibt nichts zu bestellen. Deine Werkstatt ist offen.</p>
      <Link className="button button-primary mt-8" href={paths.workshop()} prefetch={false}>
        Weiter in der Werkstatt
      </Link>
    </div>
  )
}
