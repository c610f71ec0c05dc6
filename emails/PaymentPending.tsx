import { longMoment } from '#domain/calendar/germanWords.ts'
import { greeting, money } from '#emails/format.ts'
import { type Frame, Go, Laufzettel, Lines, P } from '#emails/Laufzettel.tsx'
import type { OrderLetterInputs } from '#ports'

export const paymentPendingEmailSubject = 'Deine Bestellung ist da, die Zahlung ist unterwegs'

/** For delayed methods such as SEPA: the buyer can only wait. */
export function paymentPendingEmail(inputs: OrderLetterInputs & { frame: Frame }) {
  return (
    <Laufzettel
      frame={inputs.frame}
      preview="Sobald das Geld da ist, bekommst du den Link."
      title={paymentPendingEmailSubject}
      stub={[inputs.number, 'ZAHLUNG UNTERWEGS']}
    >
      <P>{greeting(inputs.name)}</P>
      <P>
        Deine Bestellung ist angekommen. Deine Bank braucht für die Zahlung noch etwas, bei einer Lastschrift bis zu 14
        Tage. Du musst nichts tun: Sobald das Geld da ist, öffnen wir den Kurs und schicken dir den Link.
      </P>
      <Lines
        rows={[
          ['Bestellnummer', inputs.number],
          ['Bestellt', longMoment(inputs.orderedAt)],
          ['Ware', inputs.productName],
          ['Gesamtpreis', money(inputs.amountTotal, inputs.currency)],
        ]}
      />
      <P>Bis dahin kannst du schon die freien Lektionen sehen.</P>
      <Go href={`${inputs.frame.siteUrl}/kurs`}>Zu den freien Lektionen</Go>
    </Laufzettel>
  )
}
