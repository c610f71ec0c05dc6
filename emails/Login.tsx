import { Code, type Frame, Go, Laufzettel, P } from '#emails/Laufzettel.tsx'

export const loginEmailSubject = 'Dein Link in die Werkstatt'

interface LoginInputs {
  frame: Frame
  link: string
  code: string
  sentByHand?: boolean
}

/** Link and code. The code works only in the browser that asked for the letter, the link in any. */
export function loginEmail({ frame, link, code, sentByHand }: LoginInputs) {
  if (sentByHand)
    return (
      <Laufzettel frame={frame} preview="Er gilt 7 Tage." title={loginEmailSubject}>
        <P>Wir schicken dir einen neuen Weg hinein. Der Link gilt 7 Tage und nur ein Mal.</P>
        <Go href={link}>Anmelden</Go>
        <P tone="quiet">
          Du hast nichts von uns erwartet? Dann ist nichts zu tun. Ohne diese Mail kommt niemand hinein.
        </P>
      </Laufzettel>
    )
  return (
    <Laufzettel frame={frame} preview="Er gilt 15 Minuten." title={loginEmailSubject}>
      <P>Mit dem Knopf kommst du hinein. Der Link gilt 15 Minuten und nur ein Mal.</P>
      <Go href={link}>Anmelden</Go>
      <P>Oder tippe diesen Code dort ein, wo du den Link angefordert hast:</P>
      <Code digits={code} />
      <P tone="quiet">
        Du wolltest dich nicht anmelden? Dann ist nichts zu tun. Ohne diese Mail kommt niemand hinein; gib den Code
        niemandem.
      </P>
    </Laufzettel>
  )
}
