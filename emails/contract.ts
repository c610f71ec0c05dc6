import { longMoment } from '#domain/calendar/germanWords.ts'
import { money } from '#emails/format.ts'
import type { Frame } from '#emails/Laufzettel.tsx'
import type { LetterInputs } from '#ports'

/** The contract in words, for the letter and for its PDF. */

export type ContractInputs = LetterInputs['welcome'] & { frame: Frame }

/** Number, times, price and tax, each as a name and a value. */
export function contractLines(inputs: ContractInputs): [string, string][] {
  const { currency, amountSubtotal, amountDiscount, amountTax, amountTotal } = inputs
  const rows: [string, string][] = [
    ['Bestellnummer', inputs.number],
    ['Bestellt', longMoment(inputs.orderedAt)],
    ['Bezahlt', longMoment(inputs.paidAt)],
    ['Ware', inputs.productName],
  ]
  if (amountDiscount > 0) {
    rows.push(['Preis', money(amountSubtotal, currency)])
    rows.push(['Nachlass', `−${money(amountDiscount, currency)}`])
  }
  rows.push(['Gesamtpreis', money(amountTotal, currency)])
  if (inputs.taxRegime === 'small_business') rows.push(['Umsatzsteuer', 'keine, Kleinunternehmer nach § 19 UStG'])
  else rows.push(['Umsatzsteuer', amountTax > 0 ? `${money(amountTax, currency)}, enthalten` : 'im Preis enthalten'])
  rows.push(['Zugang', `mindestens ${inputs.accessYears} Jahre`])
  rows.push(['AGB', `Fassung ${inputs.termsVersion}`])
  if (inputs.invoiceNumber) rows.push(['Rechnung', inputs.invoiceNumber])
  return rows
}

export function contentsSentence({ contents }: ContractInputs): string | null {
  if (!contents) return null
  const { modules, lessons, hours, film = `${hours} Stunden` } = contents
  return `Du bekommst den Videokurs mit ${modules} Modulen und ${lessons} Lektionen, rund ${film} Film mit Untertiteln, Text und Übungen, zum Ansehen im Browser nach Anmeldung. Du brauchst einen aktuellen Browser und Internet.`
}

export const liabilitySentence = 'Es gilt das gesetzliche Mängelhaftungsrecht für digitale Produkte.'

/** Both declarations with their time and their consequence; without them, that the right of withdrawal stays. */
export function declarations({ consent, consentTexts }: ContractInputs): {
  given: boolean
  before: string
  texts: string[]
  after: string | null
} {
  const { at } = consent
  if (!consent.startNow || !consent.acknowledgesLoss || !at)
    return {
      given: false,
      before:
        'Du hast bei der Bestellung nicht auf dein Widerrufsrecht verzichtet. Du kannst den Vertrag 14 Tage lang ohne Begründung widerrufen; dein Zugang ist trotzdem sofort offen.',
      texts: [],
      after: null,
    }
  return {
    given: true,
    before: `Du hast am ${longMoment(at)} zwei Erklärungen abgegeben (Textfassung ${consent.textVersion}):`,
    texts: [
      consentTexts?.startNow ?? 'Zustimmung zum sofortigen Beginn vor Ablauf der Widerrufsfrist',
      consentTexts?.acknowledgesLoss ?? 'Kenntnis, dass das Widerrufsrecht damit erlischt',
    ],
    after: `Damit ist dein Widerrufsrecht mit der Freischaltung und dieser Bestätigung erloschen (§ 356 Abs. 6 BGB). Zur Information liegt die Belehrung bei.`,
  }
}
