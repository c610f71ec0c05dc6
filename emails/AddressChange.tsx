import { type Frame, Go, Laufzettel, P } from '#emails/Laufzettel.tsx'
import type { LetterInputs } from '#ports'

export const addressChangeOldEmailSubject = 'Soll dein Konto umziehen?'
export const addressChangeNewEmailSubject = 'Soll dein Konto hierher umziehen?'
export const addressChangeTakenEmailSubject = 'Diese Adresse hat hier schon ein Konto'
export const addressChangedEmailSubject = 'Dein Konto hat eine neue Adresse'

type Asked<Kind extends keyof LetterInputs> = LetterInputs[Kind] & { frame: Frame; link: string }

/** To the account's present mailbox: the address changes only when it agrees. */
export function addressChangeOldEmail({ frame, link, newMasked }: Asked<'address_change_old'>) {
  return (
    <Laufzettel
      frame={frame}
      preview={`Zu ${newMasked}. Der Knopf gilt 24 Stunden.`}
      title={addressChangeOldEmailSubject}
    >
      <P>
        In deinem Konto steht der Wunsch, dass es zu {newMasked} umzieht. Damit das kein Fremder für dich entscheidet,
        fragen wir beide Postfächer.
      </P>
      <Go href={link}>Umzug ansehen und bestätigen</Go>
      <P tone="quiet">
        Der Knopf gilt 24 Stunden. Bis beide bestätigt haben, bleibt alles, wie es ist. Du wolltest das nicht? Dann
        drück nichts, melde dich in der Werkstatt unter „Konto“ überall ab, und schreib uns.
      </P>
    </Laufzettel>
  )
}

/** To the mailbox that the account is to have. */
export function addressChangeNewEmail({ frame, link, oldMasked }: Asked<'address_change_new'>) {
  return (
    <Laufzettel frame={frame} preview="Der Knopf gilt 24 Stunden." title={addressChangeNewEmailSubject}>
      <P>
        Das Konto von {oldMasked} in der Werkstatt soll zu dieser Adresse umziehen. Bestätige hier, dass dieses Postfach
        dir gehört. Die andere Adresse haben wir auch gefragt.
      </P>
      <Go href={link}>Umzug ansehen und bestätigen</Go>
      <P tone="quiet">
        Der Knopf gilt 24 Stunden. Du weißt von nichts? Dann hat sich jemand vertippt, und für dich ist nichts zu tun.
      </P>
    </Laufzettel>
  )
}

/** To the wished mailbox, and only to it: why the account cannot move there. */
export function addressChangeTakenEmail({ frame }: { frame: Frame }) {
  return (
    <Laufzettel frame={frame} preview="Deshalb zieht kein anderes hierher um." title={addressChangeTakenEmailSubject}>
      <P>
        Jemand, vermutlich du, wollte ein Konto der Werkstatt zu dieser Adresse umziehen lassen. Zu ihr gehört aber
        schon eines, und zwei Konten an einer Adresse gehen nicht.
      </P>
      <P>Melde dich mit dieser Adresse an und sieh nach. Sind beide Konten deine, antworte auf diese Mail.</P>
      <Go href={`${frame.siteUrl}/anmelden`}>Anmelden</Go>
      <P tone="quiet">Du weißt von nichts? Dann ist nichts zu tun. An deinem Konto hat sich nichts geändert.</P>
    </Laufzettel>
  )
}

/** To the old mailbox, once the address has changed. */
export function addressChangedEmail({ frame, newMasked }: LetterInputs['address_changed'] & { frame: Frame }) {
  return (
    <Laufzettel
      frame={frame}
      preview="Anmelden geht ab jetzt mit der neuen."
      title={addressChangedEmailSubject}
      stub={['KONTO', 'UMGEZOGEN']}
    >
      <P>
        Beide Postfächer haben bestätigt: Dein Konto gehört jetzt zu {newMasked}. Bestellungen, Fortschritt und Notizen
        sind mitgekommen. Links und Codes, die wir hierher geschickt haben, gelten nicht mehr.
      </P>
      <P>Du hast das nicht getan? Dann antworte bitte gleich auf diese Mail. Wir sehen uns das an.</P>
    </Laufzettel>
  )
}
