import { Code, type Frame, Go, Laufzettel, P } from '#emails/Laufzettel.tsx'

export const loginEmail1Subject = 'Dein Link in die Werkstatt'

interface LoginInputs {
  frame: Frame
  link: string
  code: string
  sentByHand?: boolean
}

/** Version 1, for letters queued before it said in plainer words how long and how often the link works. */
export function loginEmail1({ frame, link, code, sentByHand }: LoginInputs) {
  if (sentByHand)
    return (
      <Laufzettel frame={frame} preview="Er gilt 7 Tage." title={loginEmail1Subject}>
        <P>Wir schicken dir einen neuen Weg hinein. Der Knopf gilt 7 Tage und einmal.</P>
        <Go href={link}>Anmelden</Go>
        <P tone="quiet">
          Du hast nichts von uns erwartet? Dann ist nichts zu tun. Ohne diese Mail kommt niemand hinein.
        </P>
      </Laufzettel>
    )
  return (
    <Laufzettel frame={frame} preview="Er gilt 15 Minuten." title={loginEmail1Subject}>
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
