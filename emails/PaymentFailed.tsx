import { greeting, money } from '#emails/format.ts'
import { type Frame, Go, Laufzettel, P } from '#emails/Laufzettel.tsx'
import type { OrderLetterInputs } from '#ports'

export const paymentFailedEmailSubject = 'Deine Zahlung hat nicht geklappt'

/** No money was taken; the button leads back to the order page. */
export function paymentFailedEmail(inputs: OrderLetterInputs & { frame: Frame }) {
  return (
    <Laufzettel
      frame={inputs.frame}
      preview="Es wurde nichts abgebucht. Du kannst es noch einmal versuchen."
      title={paymentFailedEmailSubject}
      stub={[inputs.number, 'NICHT BEZAHLT']}
    >
      <P>{greeting(inputs.name)}</P>
      <P>
        Deine Bank hat die Zahlung von {money(inputs.amountTotal, inputs.currency)} für {inputs.productName} nicht
        ausgeführt. Bei uns ist kein Geld angekommen, und du schuldest nichts.
      </P>
      <P>Wenn du den Kurs möchtest, bestell noch einmal, gern mit einem anderen Zahlungsmittel.</P>
      <Go href={`${inputs.frame.siteUrl}/bestellen`}>Noch einmal bestellen</Go>
    </Laufzettel>
  )
}
