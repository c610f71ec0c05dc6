import Link from 'next/link'
import type { ReactNode } from 'react'
import { paths } from '#app/_http/paths.ts'
import { differences, shiftWords } from '#app/admin/freigaben/differences.ts'
import { Ask, AskField, type Refused } from '#components/admin/Ask.tsx'
import { openingMoment } from '#components/format.ts'
import { dayWords } from '#domain/calendar/germanWords.ts'
import type { PersonReleaseFile } from '#domain/learning/releases/personRelease.ts'

interface PersonReleasesProps {
  personId: string
  file: PersonReleaseFile
  back: string
  refused: Refused | null
}

/** What opens when for this person, and how to make it different for them alone. */
export function PersonReleases({ personId, file, back, refused }: PersonReleasesProps) {
  const { release, open, lessons, next, drip } = file
  const different = differences(release)
  const ask = { personId, back, refused }
  return (
    <section className="card p-5" aria-labelledby="freigaben">
      <h2 id="freigaben">Freigaben</h2>
      <p className="mt-2">
        {open === lessons ? 'Alle Lektionen sind offen.' : `${open} von ${lessons} Lektionen sind offen.`}
        {next && ` Als Nächstes öffnet Lektion ${next.number}, ${next.title}: ${openingMoment(next.at)}.`}
      </p>
      {different.length > 0 && <p className="mt-2 font-semibold">Abgesprochen: {different.join(', ')}.</p>}
      {!drip && different.length === 0 ? (
        <p className="mt-2 text-muted">
          Der Plan öffnet allen alles sofort. Verschieben und Pausieren gibt es hier, sobald{' '}
          <Link className="link" href={paths.adminReleases()} prefetch={false}>
            unter „Freigaben“
          </Link>{' '}
          etwas später öffnet.
        </p>
      ) : (
        <>
          <p className="mt-2">
            <Link className="link" href={paths.adminReleases({ person: personId })} prefetch={false}>
              Kalender dieser Person
            </Link>
          </p>
          <div className="ask-row mt-4">
            <Shift {...ask} />
            <PauseForm {...ask} />
            {!release.allOpen && <OpenAll {...ask} />}
            {release.shiftDays !== 0 && (
              <Undo {...ask} what="shift" label={`Zurücknehmen: ${shiftWords(release.shiftDays)}`} />
            )}
            {release.allOpen && <Undo {...ask} what="open" label="Zurücknehmen: alles offen" />}
            {release.pauses.map(({ from }) => (
              <Undo key={from} {...ask} what="pause" from={from} label={`Zurücknehmen: Pause ab ${dayWords(from)}`} />
            ))}
          </div>
        </>
      )}
    </section>
  )
}

interface FormProps {
  personId: string
  back: string
  refused: Refused | null
}

function Form(props: FormProps & { id: string; label: string; confirm: string; what: string; children: ReactNode }) {
  const { personId, id, what, children, refused, ...rest } = props
  return (
    <Ask
      {...rest}
      id={id}
      action={paths.api.admin.personRelease(personId)}
      refused={refused}
      fields={
        <>
          {children}
          <AskField
            name="reason"
            label="Grund"
            hint="Steht im Protokoll, nur für dich."
            refused={refused}
            form={id}
            required
          />
        </>
      }
    >
      {what}
    </Ask>
  )
}

function Shift(props: FormProps) {
  const id = 'release-shift'
  return (
    <Form
      {...props}
      id={id}
      label="Verschieben"
      confirm="Ja, verschieben"
      what="Alles, was nach Tagen öffnet und noch zu ist, kommt um so viele Tage später, statt einer früheren Verschiebung. Feste Termine bleiben. Was offen ist, bleibt offen."
    >
      <input type="hidden" name="kind" value="shift" />
      <AskField
        name="days"
        label="Tage"
        hint="7 heißt eine Woche später, -7 eine Woche früher."
        maxLength={5}
        refused={props.refused}
        form={id}
        required
      />
    </Form>
  )
}

function PauseForm(props: FormProps) {
  const id = 'release-pause'
  const field = { refused: props.refused, form: id, type: 'date' as const, required: true }
  return (
    <Form
      {...props}
      id={id}
      label="Pause eintragen"
      confirm="Ja, pausieren"
      what="An diesen Tagen zählt nichts: Was dann oder später nach Tagen öffnete, kommt um die Länge der Pause später. Feste Termine bleiben. Was offen ist, bleibt offen und läuft weiter."
    >
      <input type="hidden" name="kind" value="pause" />
      <AskField {...field} name="from" label="Erster Tag" />
      <AskField {...field} name="to" label="Letzter Tag" />
    </Form>
  )
}

function OpenAll(props: FormProps) {
  return (
    <Form
      {...props}
      id="release-open"
      label="Alles öffnen"
      confirm="Ja, alles öffnen"
      what="Öffnet dieser Person jede Lektion, auch jede, die später dazukommt. Nimmst du das zurück, bleibt offen, was es schon war; nur Neues richtet sich dann wieder nach dem Plan."
    >
      <input type="hidden" name="kind" value="open" />
    </Form>
  )
}

function Undo({ what, from = '', ...props }: FormProps & { what: string; from?: string; label: string }) {
  return (
    <Form
      {...props}
      id={`release-undo-${what}${from}`}
      confirm="Ja, zurücknehmen"
      what="Was noch zu ist, richtet sich dann wieder ohne diese Absprache. Was offen ist, bleibt offen."
    >
      <input type="hidden" name="kind" value="undo" />
      <input type="hidden" name="what" value={what} />
      <input type="hidden" name="from" value={from} />
    </Form>
  )
}
