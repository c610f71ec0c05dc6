import { greeting } from '#emails/format.ts'
import { Away, type Frame, Go, Laufzettel, Lines, P } from '#emails/Laufzettel.tsx'
import type { LetterInputs } from '#ports'

type Inputs = LetterInputs['release_digest']

/** Lessons listed; further ones are only counted. */
const SHOWN = 12
/** Mail programs cut longer subjects. */
const SUBJECT_LENGTH = 58

export function releaseDigestEmailSubject({ lessons }: Inputs): string {
  const [first] = lessons
  if (lessons.length !== 1 || !first) return `Neu offen: ${lessons.length} Lektionen`
  const whole = `Neu offen: Lektion ${first.number}, ${first.title}`
  return whole.length <= SUBJECT_LENGTH ? whole : `Neu offen: Lektion ${first.number}`
}

const minutes = (seconds: number) => `${Math.max(1, Math.round(seconds / 60))} Min.`

/** At most once a day, and only when the schedule opened a lesson. The only letter that can be unsubscribed from. */
export function releaseDigestEmail({ frame, name, lessons, mailOff }: Inputs & { frame: Frame; mailOff: string }) {
  const [first] = lessons
  const rest = lessons.length - SHOWN
  return (
    <Laufzettel
      frame={frame}
      preview={lessons
        .map(({ title }) => title)
        .join(', ')
        .slice(0, 120)}
      title={lessons.length === 1 ? 'Eine Lektion ist offen.' : `${lessons.length} Lektionen sind offen.`}
      stub={['Neu in der Werkstatt', 'OFFEN']}
    >
      <P>{greeting(name)}</P>
      <P>nach Plan ist aufgegangen, und es bleibt für dich offen:</P>
      <Lines
        rows={lessons
          .slice(0, SHOWN)
          .map(({ number, title, seconds }): [string, string] => [`Lektion ${number}, ${title}`, minutes(seconds)])}
      />
      {rest > 0 && <P>Und {rest === 1 ? 'eine weitere' : `${rest} weitere`}, alle in deiner Werkstatt.</P>}
      {first && (
        <Go href={`${frame.siteUrl}/lektionen/${encodeURIComponent(first.slug)}`}>Lektion {first.number} ansehen</Go>
      )}
      <P tone="quiet">
        Diese Mail kommt höchstens einmal am Tag, morgens um sieben, und nur, wenn etwas Neues offen ist. Du willst sie
        nicht? <Away href={mailOff}>Diese Mails abstellen</Away>, ohne Anmeldung. In deinem Konto stellst du sie wieder
        an.
      </P>
    </Laufzettel>
  )
}
