import { When } from '#components/admin/Bits.tsx'
import { orderState } from '#components/admin/words.ts'
import { money } from '#components/format.ts'
import { Laufzettel, Stamp } from '#components/Laufzettel.tsx'
import { timeOfDay } from '#domain/calendar/germanWords.ts'
import type { OrderDetail } from '#domain/sales/getOrder.ts'

const stampTones = { good: 'green', bad: 'red', wait: 'open', plain: 'open' } as const
const edges = { good: 'done', bad: 'bad', wait: 'open', plain: 'open' } as const

/** The order's job ticket: sums, buyer, declarations, Stripe's ids. */
export function OrderTicket({ order, draft }: OrderDetail) {
  const state = orderState(order.state)
  const sum = (cents: number) => money(cents, order.currency)
  return (
    <Laufzettel
      title="Laufzettel"
      number={order.number}
      tone={edges[state.tone]}
      stamp={
        <Stamp tone={stampTones[state.tone]}>
          {state.text}
          {order.state === 'paid' && order.paidAt ? ` ${timeOfDay(order.paidAt)}` : ''}
        </Stamp>
      }
      rows={[
        { label: 'Name', value: order.name ?? '–' },
        { label: 'Adresse', value: order.email ?? '–' },
        { label: 'Land', value: order.country ?? '–' },
        { label: 'Zwischensumme', value: sum(order.amountSubtotal), mono: true },
        { label: 'Nachlass', value: sum(order.amountDiscount), mono: true },
        { label: 'Steuer darin', value: sum(order.amountTax), mono: true },
        { label: 'Erstattet', value: sum(order.amountRefunded), mono: true },
        { label: 'Stück', value: String(order.quantity), mono: true },
        { label: 'Erklärungen', value: <Declarations draft={draft} /> },
        { label: 'Sitzung', value: order.sessionId, mono: true },
        { label: 'Zahlung', value: order.paymentIntentId ?? '–', mono: true },
        { label: 'Abbuchung', value: order.chargeId ?? '–', mono: true },
        { label: 'Preis', value: order.priceId ?? '–', mono: true },
        { label: 'Anfrage', value: order.requestId ?? '–', mono: true },
        { label: 'Person', value: order.personId ?? '–', mono: true },
        { label: 'Abgeglichen', value: <When at={order.settledAt} /> },
        { label: 'Modus', value: order.livemode ? 'echt' : 'Test' },
      ]}
      stub={
        <p className="flex justify-between gap-4 font-bold">
          <span>Summe</span>
          <span className="mono">{sum(order.amountTotal)}</span>
        </p>
      }
    />
  )
}

function Declarations({ draft }: { draft: OrderDetail['draft'] }) {
  if (!draft) return 'keine: nicht auf unserer Bestellseite bestellt'
  const yes = draft.consentStartNow && draft.consentAcknowledgesLoss
  return (
    <>
      {yes
        ? 'Beginn vor Ende der Frist und Erlöschen des Widerrufs bestätigt'
        : 'nicht beide angekreuzt, das Widerrufsrecht bleibt'}
      {draft.consentAt && (
        <>
          , <When at={draft.consentAt} />
        </>
      )}
      <br />
      <span className="mono text-muted">
        Text {draft.consentTextVersion}, AGB {draft.termsVersion}
      </span>
    </>
  )
}
