import { longDate, longMoment, timeOfDay } from '#domain/calendar/germanWords.ts'
import { greeting, money } from '#emails/format.ts'
import { type Frame, Go, H2, Laufzettel, Legal, Lines, P } from '#emails/Laufzettel.tsx'
import type { LetterInputs } from '#ports'

type WelcomeInputs = LetterInputs['welcome'] & { frame: Frame; link: string }

const subject = 'Zahlung ist da. Dein Zugang ist offen.'

/**
 * Version 1, for letters queued before the texts became attachments. Welcome and contract confirmation in one (§ 312f
 * BGB): what was bought, price, both declarations with time, and the full texts on withdrawal and terms as they were,
 * because a link is no durable medium (§ 126b BGB).
 */
export function welcomeEmail1(magicLink: string, inputs: Omit<WelcomeInputs, 'link'>) {
  const { frame } = inputs
  return (
    <Laufzettel
      frame={frame}
      preview="Öffne den Link und fang an. Er gilt 7 Tage."
      title={subject}
      stub={[inputs.number, `BEZAHLT ${timeOfDay(inputs.paidAt)}`]}
    >
      <P>{greeting(inputs.name)}</P>
      <P>
        {inputs.productName} ist für dich offen. Mit dem Knopf kommst du hinein, ein Passwort brauchst du nicht. Der
        Link gilt 7 Tage und einmal; danach schickt dir die Anmeldung jederzeit einen neuen.
      </P>
      <Go href={magicLink}>Werkstatt öffnen</Go>
      <P tone="quiet">Später kommst du über {frame.siteUrl}/anmelden mit der Adresse hinein, an die diese Mail ging.</P>
      <Contract {...inputs} />
    </Laufzettel>
  )
}

function Contract(inputs: Omit<WelcomeInputs, 'link'>) {
  const { contents, legal } = inputs
  return (
    <>
      <H2>Bestätigung deiner Bestellung</H2>
      <P>Heb diese Mail auf: Sie ist die Bestätigung des Vertrags.</P>
      <Lines rows={contractLines(inputs)} />
      {contents && (
        <P>
          Du bekommst den Videokurs mit {contents.modules} Modulen und {contents.lessons} Lektionen, rund{' '}
          {contents.hours} Stunden Film mit Untertiteln, Text und Übungen, zum Ansehen im Browser nach Anmeldung. Du
          brauchst einen aktuellen Browser und Internet.
        </P>
      )}
      <P>
        Dein Zugang besteht mindestens {inputs.accessYears} Jahre. Es gilt das gesetzliche Mängelhaftungsrecht für
        digitale Produkte.
      </P>
      <H2>Dein Widerrufsrecht</H2>
      <Declarations {...inputs} />
      {legal && (
        <>
          <Legal html={legal.withdrawalHtml} />
          <H2>Unsere AGB, Fassung {inputs.termsVersion}</H2>
          <Legal html={legal.termsHtml} />
        </>
      )}
    </>
  )
}

function contractLines(inputs: Omit<WelcomeInputs, 'link'>): [string, string][] {
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
  rows.push(['AGB', `Fassung ${inputs.termsVersion}`])
  return rows
}

function Declarations({ consent, consentTexts }: Omit<WelcomeInputs, 'link'>) {
  const both = consent.startNow && consent.acknowledgesLoss
  if (!both || !consent.at)
    return (
      <P>
        Du hast bei der Bestellung nicht auf dein Widerrufsrecht verzichtet. Du kannst den Vertrag 14 Tage lang ohne
        Begründung widerrufen; dein Zugang ist trotzdem sofort offen.
      </P>
    )
  return (
    <>
      <P>
        Du hast am {longMoment(consent.at)} zwei Erklärungen abgegeben (Textfassung {consent.textVersion}):
      </P>
      <P>1. „{consentTexts?.startNow ?? 'Zustimmung zum sofortigen Beginn vor Ablauf der Widerrufsfrist'}“</P>
      <P>2. „{consentTexts?.acknowledgesLoss ?? 'Kenntnis, dass das Widerrufsrecht damit erlischt'}“</P>
      <P>
        Damit ist dein Widerrufsrecht mit der Freischaltung und dieser Bestätigung erloschen (§ 356 Abs. 6 BGB). Zur
        Information die Belehrung, Stand {longDate(consent.at)}:
      </P>
    </>
  )
}
