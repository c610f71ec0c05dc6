import { type Frame, Laufzettel, P } from '#emails/Laufzettel.tsx'
import type { LetterInputs } from '#ports'

export const addressRemovedEmailSubject = 'Diese Adresse gehört nicht mehr zur Bestellung'

/** To a mailbox that may be a stranger's, so it says nothing of the buyer and has no button. */
export function addressRemovedEmail({ frame, number }: LetterInputs['address_removed'] & { frame: Frame }) {
  return (
    <Laufzettel
      frame={frame}
      preview="Für dich ist wahrscheinlich nichts zu tun."
      title={addressRemovedEmailSubject}
      stub={[number, 'ADRESSE ENTFERNT']}
    >
      <P>Hallo,</P>
      <P>
        bei der Bestellung {number} stand diese Adresse. Wer bestellt hat, hat sie durch eine andere ersetzt. Links, die
        wir hierher geschickt haben, gelten nicht mehr, und weitere Mails zu dieser Bestellung kommen hier nicht an.
      </P>
      <P>Du weißt von nichts? Dann hat sich jemand vertippt, und für dich ist nichts zu tun.</P>
      <P>Du hast bestellt und nichts geändert? Dann antworte bitte gleich auf diese Mail. Wir sehen uns das an.</P>
    </Laufzettel>
  )
}
