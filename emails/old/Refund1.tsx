import { greeting, money } from '#emails/format.ts'
import { type Frame, Laufzettel, Lines, P } from '#emails/Laufzettel.tsx'
import type { OrderLetterInputs } from '#ports'

export const refundEmail1Subject = 'Wir haben dir dein Geld zurückgeschickt'

/** Version 1, for letters queued before partial refunds had words of their own. */
export function refundEmail1(inputs: OrderLetterInputs & { frame: Frame }) {
  return (
    <Laufzettel
      frame={inputs.frame}
      preview="Je nach Bank ist es in 5 bis 10 Tagen auf deinem Konto."
      title={refundEmail1Subject}
      stub={[inputs.number, 'ERSTATTET']}
    >
      <P>{greeting(inputs.name)}</P>
      <P>
        {money(inputs.amountRefunded, inputs.currency)} gehen auf demselben Weg zurück, auf dem du bezahlt hast. Je nach
        Bank ist das Geld in 5 bis 10 Tagen da.
      </P>
      <Lines
        rows={[
          ['Bestellnummer', inputs.number],
          ['Ware', inputs.productName],
          ['Bezahlt', money(inputs.amountTotal, inputs.currency)],
          ['Erstattet', money(inputs.amountRefunded, inputs.currency)],
        ]}
      />
      <P>
        Der Zugang aus dieser Bestellung ist damit beendet. Dein Fortschritt bleibt gespeichert, falls du wiederkommst.
      </P>
    </Laufzettel>
  )
}
