import { money } from '#components/format.ts'
import { Laufzettel, Stamp } from '#components/Laufzettel.tsx'
import { letterWords } from '#components/order/orderWords.ts'
import { berlinDay } from '#domain/calendar/berlinDays.ts'
import { longDate, timeOfDay } from '#domain/calendar/germanWords.ts'

interface PurchaseTicketProps {
  order: {
    number: string
    state: string
    amountTotal: number
    currency: string
    createdAt: Date
    paidAt: Date | null
    email: string | null
    amountRefunded: number
    invoiceNumber: string | null
    invoiceUrl: string | null
  }
  letter: { state: string; at: Date; reason: string | null } | null
  /** Where the PDF of the contract's confirmation is. */
  confirmation: string | null
  now: Date
}

const stamps: Record<string, { text: string; tone: 'green' | 'red' | 'open' }> = {
  paid: { text: 'Bezahlt', tone: 'green' },
  pending: { text: 'Zahlung unterwegs', tone: 'open' },
  failed: { text: 'nicht bezahlt', tone: 'red' },
  expired: { text: 'nicht bezahlt', tone: 'red' },
  refunded: { text: 'erstattet', tone: 'open' },
}

/** One purchase as a job ticket, for the person who bought. */
export function PurchaseTicket({ order, letter, confirmation, now }: PurchaseTicketProps) {
  const stamp = stamps[order.state] ?? { text: 'in Klärung', tone: 'red' as const }
  const mail = letterWords(letter && { ...letter, at: letter.at.toISOString() }, order.email)
  const today = order.paidAt && berlinDay(order.paidAt) === berlinDay(now)
  return (
    <Laufzettel
      title="Laufzettel"
      headingLevel={3}
      number={`Bestellung ${order.number}`}
      tone={order.state === 'paid' ? 'done' : stamp.tone === 'red' ? 'bad' : 'open'}
      stamp={
        <Stamp tone={stamp.tone}>
          {stamp.text}
          {order.state === 'paid' && today && order.paidAt ? ` ${timeOfDay(order.paidAt)}` : ''}
        </Stamp>
      }
      rows={[
        { label: 'Bestellt', value: `${longDate(order.createdAt)}, ${timeOfDay(order.createdAt)}` },
        { label: 'Betrag', value: money(order.amountTotal, order.currency), mono: true },
        ...(order.amountRefunded > 0
          ? [{ label: 'Erstattet', value: money(order.amountRefunded, order.currency), mono: true }]
          : []),
        ...(letter ? [{ label: 'Mail', value: mail.text }] : []),
      ]}
      stub={
        <ul className="flex flex-wrap gap-x-6 gap-y-2">
          {confirmation && (
            <li>
              <a className="link" href={confirmation}>
                Bestellbestätigung (PDF)
              </a>
            </li>
          )}
          {order.invoiceUrl && (
            <li>
              <a className="link" href={order.invoiceUrl} rel="noopener noreferrer">
                Rechnung {order.invoiceNumber ?? ''}
              </a>
            </li>
          )}
          <li>
            <a className="link" href="/widerruf">
              Vertrag widerrufen
            </a>
          </li>
        </ul>
      }
    />
  )
}
