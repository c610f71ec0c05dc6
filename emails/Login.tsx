import { Code, type Frame, Go, Laufzettel, P } from '#emails/Laufzettel.tsx'

export const loginEmailSubject = 'Dein Link in die Werkstatt'

/** Link and code. The code works only in the browser that asked, the link in any. */
export function loginEmail({ frame, link, code }: { frame: Frame; link: string; code: string }) {
  return (
    <Laufzettel frame={frame} preview="Er gilt 15 Minuten." title={loginEmailSubject}>
      <P>Mit dem Knopf kommst du hinein. Er gilt 15 Minuten und einmal.</P>
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
