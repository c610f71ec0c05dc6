import { greeting, money } from '#emails/format.ts'
import { type Frame, Laufzettel, Lines, P } from '#emails/Laufzettel.tsx'
import type { LetterInputs } from '#ports'

type RefundInputs = LetterInputs['refund']

/** This refund's amount, whether the whole price is refunded by now, and whether the access ends. */
function readRefund({ amountRefunded, amountTotal, refundAmount, accessEnds }: RefundInputs) {
  const isFull = amountRefunded >= amountTotal
  return { amount: refundAmount ?? amountRefunded, isFull, accessEnds: accessEnds ?? isFull }
}

export const refundEmailSubject = (inputs: RefundInputs) =>
  readRefund(inputs).isFull
    ? 'Wir haben dir dein Geld zurückgeschickt'
    : 'Wir haben dir einen Teil deines Geldes zurückgeschickt'

/** One letter for each refund that succeeded. Only a refund of the whole price ends the access of this purchase. */
export function refundEmail(inputs: RefundInputs & { frame: Frame }) {
  const { amount, isFull, accessEnds } = readRefund(inputs)
  const { currency } = inputs
  return (
    <Laufzettel
      frame={inputs.frame}
      preview="Je nach Bank ist es in 5 bis 10 Tagen auf deinem Konto."
      title={refundEmailSubject(inputs)}
      stub={[inputs.number, isFull ? 'ERSTATTET' : 'TEILS ERSTATTET']}
    >
      <P>{greeting(inputs.name)}</P>
      <P>
        {money(amount, currency)} gehen auf demselben Weg zurück, auf dem du bezahlt hast. Je nach Bank ist das Geld in
        5 bis 10 Tagen da.
      </P>
      <Lines
        rows={[
          ['Bestellnummer', inputs.number],
          ['Ware', inputs.productName],
          ['Bezahlt', money(inputs.amountTotal, currency)],
          ['Diese Erstattung', money(amount, currency)],
          ...(amount === inputs.amountRefunded
            ? []
            : [['Erstattet insgesamt', money(inputs.amountRefunded, currency)] as [string, string]]),
        ]}
      />
      {accessEnds ? (
        <P>
          Der Zugang aus dieser Bestellung ist damit beendet. Dein Fortschritt bleibt gespeichert, falls du
          wiederkommst.
        </P>
      ) : (
        <P>An deinem Zugang ändert sich nichts: Die Werkstatt bleibt für dich offen.</P>
      )}
    </Laufzettel>
  )
}
