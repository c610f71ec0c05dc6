import { longDate, longMoment, timeOfDay } from '#domain/calendar/germanWords.ts'
import { money } from '#emails/format.ts'
import { type Frame, Go, Laufzettel, Lines, P } from '#emails/Laufzettel.tsx'
import type { LetterInputs, OperatorOrderInputs } from '#ports'

/** Letters to the operators: what happened, what to do, one button into the admin area. No buyer's address in them. */

type Framed<Inputs> = Inputs & { frame: Frame }

/** Stored paths may lack the first slash. */
const into = (frame: Frame, path: string) => `${frame.siteUrl}${path.startsWith('/') ? path : `/${path}`}`

const orderRows = ({ number, amountTotal, currency }: OperatorOrderInputs): [string, string][] => [
  ['Bestellnummer', number],
  ['Gesamtpreis', money(amountTotal, currency)],
]

/** Flags of a sale that ask something of the operator; other flags only inform, or have a letter of their own. */
const saleFlags: Record<string, string> = {
  double_payment: 'Diese Person hat schon einmal bezahlt. Erstatte eine der beiden Zahlungen.',
  quantity: 'Bestellt wurde mehr als ein Stück, offen ist ein Zugang. Klär, was gemeint war, und erstatte den Rest.',
  unknown_price: 'Dieser Preis war nie unserer. Prüf ihn bei Stripe.',
  other_items: 'Neben dem Kurs wurde noch etwas anderes bezahlt. Sieh bei Stripe nach, ob es geliefert ist.',
  fraud_warning: 'Stripe warnt vor Betrug. Jetzt zu erstatten ist billiger als eine Anfechtung später.',
}
const saleTasks = ({ flags = [] }: LetterInputs['operator_sale']) => flags.flatMap((flag) => saleFlags[flag] ?? [])

export const operatorSaleSubject = (inputs: LetterInputs['operator_sale']) => {
  const { number, amountTotal, currency } = inputs
  return `Verkauf ${number}: ${money(amountTotal, currency)}${saleTasks(inputs).length > 0 ? ', sieh nach' : ''}`
}

export function operatorSaleEmail(inputs: Framed<LetterInputs['operator_sale']>) {
  const tasks = saleTasks(inputs)
  return (
    <Laufzettel
      frame={inputs.frame}
      preview={tasks[0] ?? 'Bezahlt und freigeschaltet. Nichts zu tun.'}
      title={operatorSaleSubject(inputs)}
      stub={[inputs.number, `BEZAHLT ${timeOfDay(inputs.at)}`]}
    >
      <P>
        Jemand hat den Kurs gekauft. Die Zahlung ist da, der Zugang ist offen.
        {tasks.length === 0 && ' Du musst nichts tun.'}
      </P>
      {tasks.map((task) => (
        <P key={task}>{task}</P>
      ))}
      <Lines rows={[...orderRows(inputs), ['Bezahlt', longMoment(inputs.at)]]} />
      <Go href={into(inputs.frame, inputs.path)}>Bestellung ansehen</Go>
    </Laufzettel>
  )
}

const refundWords: Record<string, [stamp: string, sentence: string]> = {
  succeeded: ['ERSTATTET', 'Das Geld ist auf dem Weg zurück. Du musst nichts tun.'],
  pending: [
    'UNTERWEGS',
    'Stripe hat die Erstattung angenommen, sie ist aber noch nicht ausgeführt. Du musst nichts tun.',
  ],
  requires_action: ['WARTET', 'Stripe braucht für diese Erstattung noch etwas. Sieh im Stripe-Dashboard nach.'],
  failed: [
    'GESCHEITERT',
    'Die Bank hat das Geld nicht angenommen; es liegt wieder auf deinem Stripe-Konto. Klär mit der Käuferin oder dem Käufer einen anderen Weg.',
  ],
  canceled: [
    'ABGEBROCHEN',
    'Die Erstattung wurde abgebrochen, es ist kein Geld geflossen. Sieh nach, ob das so sein soll.',
  ],
}
const refundWord = (status: string) =>
  refundWords[status] ?? [status.toUpperCase(), `Stripe meldet: ${status}. Sieh nach.`]

export const operatorRefundSubject = ({ number, refundAmount, currency, status }: LetterInputs['operator_refund']) =>
  `Erstattung ${number}: ${money(refundAmount, currency)}${status === 'failed' ? ', gescheitert' : ''}`

export function operatorRefundEmail(inputs: Framed<LetterInputs['operator_refund']>) {
  const [stamp, sentence] = refundWord(inputs.status)
  return (
    <Laufzettel
      frame={inputs.frame}
      preview={sentence}
      title={operatorRefundSubject(inputs)}
      stub={[inputs.number, stamp]}
    >
      <P>{sentence}</P>
      <Lines
        rows={[
          ...orderRows(inputs),
          ['Diese Erstattung', money(inputs.refundAmount, inputs.currency)],
          ['Gemeldet', longMoment(inputs.at)],
        ]}
      />
      <Go href={into(inputs.frame, inputs.path)}>Bestellung ansehen</Go>
    </Laufzettel>
  )
}

const disputeStates: Record<string, [stamp: string, sentence: string]> = {
  warning_needs_response: [
    'ANFRAGE',
    'Die Bank fragt nach. Noch ist kein Geld weg; antworte im Stripe-Dashboard oder erstatte.',
  ],
  warning_under_review: ['ANFRAGE', 'Die Bank prüft deine Antwort. Gerade ist nichts zu tun.'],
  warning_closed: ['ERLEDIGT', 'Die Anfrage der Bank ist erledigt. Es bleibt bei der Zahlung.'],
  needs_response: [
    'ANTWORTEN',
    'Die Bank hat die Zahlung zurückgeholt. Antworte im Stripe-Dashboard mit Belegen, oder nimm es hin.',
  ],
  under_review: ['IN PRÜFUNG', 'Deine Antwort liegt bei der Bank. Das dauert Wochen; gerade ist nichts zu tun.'],
  won: ['GEWONNEN', 'Die Bank hat zu deinen Gunsten entschieden. Das Geld kommt zurück, der Zugang ist wieder offen.'],
  lost: [
    'VERLOREN',
    'Die Bank hat gegen dich entschieden. Das Geld ist weg, der Zugang aus dieser Bestellung beendet.',
  ],
  prevented: ['ABGEWENDET', 'Die Anfechtung wurde abgewendet, bevor sie zählte.'],
}
/** What the bank's decision means when the money had been refunded before. */
const refundedDisputes: Record<string, string> = {
  needs_response:
    'Die Bank hat die Zahlung zurückgeholt, obwohl du sie schon erstattet hast. Reich im Stripe-Dashboard den Beleg der Erstattung ein, sonst geht das Geld zweimal zurück.',
  won: 'Die Bank hat zu deinen Gunsten entschieden. Es bleibt bei deiner Erstattung, und der Zugang bleibt zu.',
  lost: 'Die Bank hat gegen dich entschieden, obwohl die Zahlung schon erstattet war: Das Geld ging zweimal zurück. Klär das mit Stripe.',
}
function disputeState({ status, refunded }: Pick<LetterInputs['operator_dispute'], 'status' | 'refunded'>) {
  const [stamp, sentence] = disputeStates[status] ?? [status.toUpperCase(), `Stripe meldet: ${status}. Sieh nach.`]
  return [stamp, (refunded && refundedDisputes[status]) || sentence] as const
}

const disputeReasons: Record<string, string> = {
  fraudulent: 'Die Karte wurde angeblich ohne Erlaubnis benutzt',
  duplicate: 'Angeblich doppelt bezahlt',
  product_not_received: 'Angeblich nichts bekommen',
  product_unacceptable: 'Angeblich nicht wie beschrieben',
  subscription_canceled: 'Angeblich gekündigt',
  credit_not_processed: 'Angeblich fehlt eine Erstattung',
  unrecognized: 'Die Abbuchung wurde nicht erkannt',
  debit_not_authorized: 'Die Lastschrift war angeblich nicht erlaubt',
  insufficient_funds: 'Das Konto war nicht gedeckt',
  bank_cannot_process: 'Die Bank konnte nicht buchen',
  customer_initiated: 'Von der Kontoinhaberin oder dem Kontoinhaber zurückgegeben',
  general: 'Ohne Angabe',
}

export const operatorDisputeSubject = (inputs: LetterInputs['operator_dispute']) =>
  `Anfechtung ${inputs.number}: ${disputeState(inputs)[0].toLowerCase()}`

export function operatorDisputeEmail(inputs: Framed<LetterInputs['operator_dispute']>) {
  const [stamp, sentence] = disputeState(inputs)
  const mustAnswer = /needs_response$/.test(inputs.status)
  return (
    <Laufzettel
      frame={inputs.frame}
      preview={sentence}
      title={operatorDisputeSubject(inputs)}
      stub={[inputs.number, stamp]}
    >
      <P>{sentence}</P>
      <Lines
        rows={[
          ...orderRows(inputs),
          ...(inputs.reason ? [['Grund', disputeReasons[inputs.reason] ?? inputs.reason] as [string, string]] : []),
          ...(mustAnswer && inputs.evidenceDueAt
            ? [['Antworten bis', longMoment(inputs.evidenceDueAt)] as [string, string]]
            : []),
          ['Gemeldet', longMoment(inputs.at)],
        ]}
      />
      {inputs.status === 'needs_response' && !inputs.refunded && (
        <P>Bis zur Entscheidung ruht der Zugang aus dieser Bestellung.</P>
      )}
      <Go href={into(inputs.frame, inputs.path)}>Bestellung ansehen</Go>
    </Laufzettel>
  )
}

const warningTypes: Record<string, string> = {
  made_with_stolen_card: 'Die Karte wurde als gestohlen gemeldet',
  made_with_lost_card: 'Die Karte wurde als verloren gemeldet',
  card_never_received: 'Die Karte kam nie bei ihrem Menschen an',
  fraudulent_card_application: 'Die Karte wurde unter falschem Namen beantragt',
  made_with_counterfeit_card: 'Die Karte ist gefälscht',
  unauthorized_use_of_card: 'Die Karte wurde angeblich ohne Erlaubnis benutzt',
  misc: 'Ohne nähere Angabe',
}

export const operatorWarningSubject = ({ number }: LetterInputs['operator_warning']) => `Betrugswarnung ${number}`

/** Comes weeks before a dispute: what the operator does now decides whether there will be one. */
export function operatorWarningEmail(inputs: Framed<LetterInputs['operator_warning']>) {
  return (
    <Laufzettel
      frame={inputs.frame}
      preview="Die Bank hält diese Zahlung für Betrug. Noch ist kein Geld weg."
      title={operatorWarningSubject(inputs)}
      stub={[inputs.number, 'WARNUNG']}
    >
      <P>
        Die Bank hält diese Zahlung für Betrug und hat das Stripe gemeldet. Noch ist kein Geld weg und der Zugang offen;
        aus solchen Meldungen wird aber oft eine Anfechtung, und die kostet dich das Geld und eine Gebühr.
      </P>
      <P>
        Kennst du die Person nicht, dann erstatte jetzt ganz: Das beendet den Zugang und kommt der Anfechtung meist
        zuvor. Bist du sicher, dass alles stimmt, dann lass es und heb die Belege auf.
      </P>
      <Lines
        rows={[
          ...orderRows(inputs),
          ['Grund', warningTypes[inputs.type] ?? inputs.type],
          ['Gemeldet', longMoment(inputs.at)],
        ]}
      />
      <Go href={into(inputs.frame, inputs.path)}>Bestellung ansehen und entscheiden</Go>
    </Laufzettel>
  )
}

export const operatorWithdrawalSubject = ({ number }: LetterInputs['operator_withdrawal']) =>
  number ? `Widerruf zu ${number}` : 'Widerruf ohne passende Bestellung'

export function operatorWithdrawalEmail(inputs: Framed<LetterInputs['operator_withdrawal']>) {
  return (
    <Laufzettel
      frame={inputs.frame}
      preview={`Prüfen und, wenn er wirksam ist, erstatten bis ${longDate(inputs.deadline)}.`}
      title={operatorWithdrawalSubject(inputs)}
      stub={[inputs.number ?? 'Widerruf', `EINGEGANGEN ${timeOfDay(inputs.receivedAt)}`]}
    >
      <P>
        Jemand hat einen Vertrag widerrufen. Den Eingang haben wir schon bestätigt. Prüf jetzt, ob der Widerruf wirksam
        ist; dann muss das Geld bis zum {longDate(inputs.deadline)} zurück sein.
      </P>
      {!inputs.number && (
        <P>Zu den Angaben passt keine Bestellung. Vielleicht steht eine andere Adresse oder Nummer dahinter.</P>
      )}
      <Lines
        rows={[
          ...(inputs.number ? [['Bestellnummer', inputs.number] as [string, string]] : []),
          ['Eingegangen', longMoment(inputs.receivedAt)],
          ['Erstatten bis', longDate(inputs.deadline)],
        ]}
      />
      <Go href={into(inputs.frame, '/admin/widerrufe')}>Widerruf prüfen</Go>
    </Laufzettel>
  )
}

export const operatorAlarmSubject = ({ cause }: LetterInputs['operator_alarm']) => `Störung: ${cause}`

export function operatorAlarmEmail(inputs: Framed<LetterInputs['operator_alarm']>) {
  return (
    <Laufzettel
      frame={inputs.frame}
      preview={inputs.message}
      title="In der Werkstatt steht etwas still"
      stub={[inputs.cause, `SEIT ${timeOfDay(inputs.firstAt)}`]}
    >
      <P>{inputs.message}</P>
      <Lines
        rows={[
          ['Ursache', inputs.cause],
          ['Zuerst gesehen', longMoment(inputs.firstAt)],
          ['Seitdem', inputs.times === 1 ? 'einmal' : `${inputs.times}-mal`],
        ]}
      />
      <Go href={into(inputs.frame, '/admin')}>Nachsehen</Go>
      <P tone="quiet">Zur selben Ursache schreiben wir dir höchstens einmal in der Stunde.</P>
    </Laufzettel>
  )
}
