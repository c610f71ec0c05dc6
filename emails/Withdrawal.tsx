import { exactMoment, timeToSecond } from '#domain/calendar/germanWords.ts'
import { type Frame, H2, Laufzettel, Lines, P } from '#emails/Laufzettel.tsx'
import type { LetterInputs } from '#ports'

export const withdrawalReceiptEmailSubject = 'Dein Widerruf ist bei uns eingegangen'

/**
 * § 356a Abs. 4 BGB: what was declared, with date and second. The letter confirms that the declaration came in, never
 * that it is valid, and reads the same whether the order exists or not.
 */
export function withdrawalReceiptEmail(inputs: LetterInputs['withdrawal_receipt'] & { frame: Frame }) {
  return (
    <Laufzettel
      frame={inputs.frame}
      preview="Die Bestätigung mit Inhalt, Datum und Uhrzeit."
      title={withdrawalReceiptEmailSubject}
      stub={['Widerruf', `EINGEGANGEN ${timeToSecond(inputs.receivedAt)}`]}
    >
      <P>Hallo {inputs.name},</P>
      <P>am {exactMoment(inputs.receivedAt)} ist bei uns diese Erklärung eingegangen:</P>
      <Lines
        rows={[
          ['Erklärung', inputs.sentence ?? 'Ich widerrufe den folgenden Vertrag.'],
          ['Vertrag', inputs.contract],
          ['Name', inputs.name],
          ['Bestätigung an', inputs.email],
          ['Eingegangen', exactMoment(inputs.receivedAt)],
        ]}
      />
      <P>Heb diese Mail auf: Sie ist deine Bestätigung, dass und wann der Widerruf einging.</P>
      <H2>Wie es weitergeht</H2>
      <P>
        Ob der Widerruf wirksam ist, prüft bei uns ein Mensch; das ist mit dieser Mail noch nicht gesagt. Ist er
        wirksam, bekommst du dein Geld spätestens 14 Tage nach dem Eingang zurück, auf demselben Weg, auf dem du bezahlt
        hast. Du musst nichts weiter tun.
      </P>
      <P tone="quiet">Du hast nichts widerrufen? Dann antworte auf diese Mail, damit wir es richtigstellen.</P>
    </Laufzettel>
  )
}

export const withdrawalNoticeEmailSubject = 'Zu deiner Bestellung kam ein Widerruf'

/** To the order's own address when the receipt went elsewhere: somebody else may have declared the withdrawal. */
export function withdrawalNoticeEmail(inputs: LetterInputs['withdrawal_notice'] & { frame: Frame }) {
  return (
    <Laufzettel
      frame={inputs.frame}
      preview="Warst du es selbst, ist nichts zu tun."
      title={withdrawalNoticeEmailSubject}
      stub={[inputs.number, `EINGEGANGEN ${timeToSecond(inputs.receivedAt)}`]}
    >
      <P>Hallo,</P>
      <P>
        am {exactMoment(inputs.receivedAt)} kam bei uns ein Widerruf an, der deine Bestellung {inputs.number} nennt. Die
        Bestätigung ging an eine andere Adresse als deine, denn so stand es im Widerruf.
      </P>
      <P>Warst du das selbst? Dann ist nichts zu tun.</P>
      <P>
        Warst du es nicht? Dann antworte bitte gleich auf diese Mail. Bis ein Mensch bei uns den Widerruf geprüft hat,
        bleibt dein Zugang, wie er ist.
      </P>
    </Laufzettel>
  )
}
