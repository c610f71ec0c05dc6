import { timeOfDay } from '#domain/calendar/germanWords.ts'
import type { ContractInputs } from '#emails/contract.ts'
import { greeting } from '#emails/format.ts'
import { Away, Go, Laufzettel, P } from '#emails/Laufzettel.tsx'
import { Contract, welcomeEmailSubject } from '#emails/Welcome.tsx'

/**
 * Version 2, for letters queued before the welcome said in plainer words how long the link works and what comes first.
 */
export function welcomeEmail2(magicLink: string, inputs: ContractInputs) {
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
        {inputs.productName} ist für dich offen. Mit dem Knopf kommst du hinein, ein Passwort brauchst du nicht. Der
        Link gilt 7 Tage und einmal; danach schickt dir die Anmeldung jederzeit einen neuen.
      </P>
      <Go href={magicLink}>Werkstatt öffnen</Go>
      <P tone="quiet">
        Später kommst du über {frame.siteUrl}/anmelden mit der Adresse hinein, an die diese Mail ging. Klappt etwas
        nicht, hilft dir die Seite <Away href={`${frame.siteUrl}/kein-zugang`}>„Bezahlt, aber kein Zugang?“</Away>
      </P>
      <Contract {...inputs} />
    </Laufzettel>
  )
}
