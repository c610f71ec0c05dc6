import { type Frame, Go, Laufzettel, P } from '#emails/Laufzettel.tsx'

export const noAccessEmailSubject = 'Zu dieser Adresse gibt es keinen Zugang'

/** Tells the mailbox, and only it, that nobody bought with this address. */
export function noAccessEmail({ frame }: { frame: Frame }) {
  return (
    <Laufzettel frame={frame} preview="Vielleicht hast du mit einer anderen bestellt." title={noAccessEmailSubject}>
      <P>
        Jemand, vermutlich du, wollte sich mit dieser Adresse in der Werkstatt anmelden. Mit ihr hat aber niemand
        bestellt.
      </P>
      <P>
        Vielleicht hast du eine andere Adresse benutzt: Such in deinen Postfächern nach „Zahlung ist da“ und melde dich
        mit der Adresse an, an die jene Mail ging.
      </P>
      <Go href={`${frame.siteUrl}/anmelden`}>Mit anderer Adresse anmelden</Go>
      <P tone="quiet">Du weißt von nichts? Dann ist nichts zu tun, es gibt hier kein Konto von dir.</P>
    </Laufzettel>
  )
}
