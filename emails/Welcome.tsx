import { timeOfDay } from '#domain/calendar/germanWords.ts'
import {
  type ContractInputs,
  contentsSentence,
  contractLines,
  declarations,
  liabilitySentence,
} from '#emails/contract.ts'
import { greeting } from '#emails/format.ts'
import { Away, Go, H2, Laufzettel, Legal, Lines, P } from '#emails/Laufzettel.tsx'

export const welcomeEmailSubject = 'Zahlung ist da. Dein Zugang ist offen.'

/**
 * Welcome and contract confirmation in one (§ 312f BGB): what was bought, price, both declarations with time. The full
 * texts on withdrawal and terms are attached, because a link is no durable medium (§ 126b BGB).
 */
export function welcomeEmail(magicLink: string, inputs: ContractInputs) {
  const { frame } = inputs
  return (
    <Laufzettel
      frame={frame}
      preview="Öffne den Link und fang an. Er gilt 7 Tage."
      title={welcomeEmailSubject}
      stub={[inputs.number, `BEZAHLT ${timeOfDay(inputs.paidAt)}`]}
    >
      <P>{greeting(inputs.name)}</P>
      <P>
        {inputs.productName} ist für dich offen. Mit dem Knopf kommst du hinein, ein Passwort brauchst du nicht. Fang
        mit Lektion 1 an; sie liegt schon bereit.
      </P>
      <Go href={magicLink}>Werkstatt öffnen</Go>
      <P tone="quiet">
        Dieser Link gilt 7 Tage und nur ein Mal. Einen neuen bekommst du jederzeit unter{' '}
        <Away href={`${frame.siteUrl}/anmelden`}>{`${frame.siteUrl}/anmelden`}</Away>, mit der Adresse, an die diese
        Mail ging. Klappt etwas nicht, hilft dir die Seite{' '}
        <Away href={`${frame.siteUrl}/kein-zugang`}>„Bezahlt, aber kein Zugang?“</Away>
      </P>
      <Contract {...inputs} />
    </Laufzettel>
  )
}

export function Contract(inputs: ContractInputs) {
  const contents = contentsSentence(inputs)
  return (
    <>
      <H2>Bestätigung deiner Bestellung</H2>
      <P>Heb diese Mail auf: Sie ist mit ihren Anhängen die Bestätigung des Vertrags.</P>
      <Lines rows={contractLines(inputs)} />
      {contents && <P>{contents}</P>}
      <P>
        Dein Zugang besteht mindestens {inputs.accessYears} Jahre. {liabilitySentence}
      </P>
      {inputs.invoiceUrl && (
        <P>
          Deine Rechnung{inputs.invoiceNumber ? ` ${inputs.invoiceNumber}` : ''}:{' '}
          <Away href={inputs.invoiceUrl}>ansehen und laden</Away>
        </P>
      )}
      <H2>Dein Widerrufsrecht</H2>
      <Declarations {...inputs} />
      {!inputs.documents && inputs.legal && (
        <>
          <Legal html={inputs.legal.withdrawalHtml} />
          <H2>Unsere AGB, Fassung {inputs.termsVersion}</H2>
          <Legal html={inputs.legal.termsHtml} />
        </>
      )}
      {inputs.documents && (
        <>
          <H2>Was an dieser Mail hängt</H2>
          <P>
            Die Bestätigung deiner Bestellung, unsere AGB in der Fassung {inputs.termsVersion} und die
            Widerrufsbelehrung mit Formular, jeweils als PDF zum Aufheben.
          </P>
        </>
      )}
    </>
  )
}

function Declarations(inputs: ContractInputs) {
  const { before, texts, after } = declarations(inputs)
  return (
    <>
      <P>{before}</P>
      {texts.map((text, index) => (
        <P key={text}>
          {index + 1}. „{text}“
        </P>
      ))}
      {after && <P>{after}</P>}
    </>
  )
}
