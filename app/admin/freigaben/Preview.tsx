import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { type Column, DataTable } from '#components/admin/DataTable.tsx'
import { FieldError } from '#components/ui/FieldError.tsx'
import { dayWords, shortDateAndTime } from '#domain/calendar/germanWords.ts'
import type { PreviewDay, ReleasePreview } from '#domain/learning/releases/previewReleases.ts'
import { differences } from './differences.ts'

interface PreviewProps {
  preview: ReleasePreview | null
  day: string | null
  problem: string | null
  personId: string | null
}

const columns: Column<PreviewDay>[] = [
  {
    name: 'Öffnet',
    heading: true,
    nowrap: true,
    cell: ({ at }) => (at ? <time dateTime={at.toISOString()}>{shortDateAndTime(at)}</time> : 'sofort'),
  },
  { name: 'Tage', number: true, cell: ({ day }) => day ?? '–' },
  { name: 'Lektionen', cell: ({ lessons }) => <Lessons lessons={lessons} /> },
]

/** „Vorschau für Kaufdatum X“ as a calendar, computed by the same function that answers learners. */
export function Preview({ preview, day, problem, personId }: PreviewProps) {
  return (
    <section aria-labelledby="vorschau">
      <h2 id="vorschau">Vorschau für ein Kaufdatum</h2>
      <form className="admin-filters" method="get" action={paths.adminReleases()} aria-label="Vorschau">
        <label>
          <span>Gekauft am</span>
          <input
            type="date"
            name="kauf"
            defaultValue={day ?? preview?.from ?? ''}
            key={day ?? preview?.from}
            aria-describedby={problem ? 'kauf-fehler' : undefined}
            aria-invalid={problem ? true : undefined}
          />
        </label>
        {personId && <input type="hidden" name="person" value={personId} />}
        <button className="button button-quiet" type="submit">
          Anzeigen
        </button>
      </form>
      <FieldError id="kauf-fehler" text={problem ?? undefined} />
      {preview?.person && <Person person={preview.person} own={day === null} />}
      {preview && (
        <DataTable
          id="kalender"
          caption={preview.from ? `Kauf am ${dayWords(preview.from)}` : 'Kein Kauf'}
          columns={columns}
          rows={preview.days}
          keyOf={({ at, open }) => `${at?.toISOString()} ${open}`}
          empty={
            <p>Diese Person hatte den Kurs noch nie. Wähle ein Kaufdatum, dann siehst du, was wann für sie öffnete.</p>
          }
        />
      )}
    </section>
  )
}

function Person({ person, own }: { person: NonNullable<ReleasePreview['person']>; own: boolean }) {
  const different = differences(person.release)
  return (
    <p className="mb-4">
      {own ? 'Mit dem eigenen Kauf von ' : 'Mit den Absprachen von '}
      <Link className="link" href={paths.adminPerson(person.id)} prefetch={false}>
        {person.name ?? person.email}
      </Link>
      {different.length > 0 ? `: ${different.join(', ')}. ` : '. Für diese Person ist nichts anders. '}
      <Link className="link" href={paths.adminReleases()} prefetch={false}>
        Ohne Person
      </Link>
    </p>
  )
}

/** More lessons than these are shown as numbers only; the plan beside the preview has their titles. */
const TITLES_SHOWN = 8

/** „1–13, 15, 19–75“ */
function ranges(numbers: number[]): string {
  const runs: [number, number][] = []
  for (const number of numbers) {
    const last = runs.at(-1)
    if (last && last[1] + 1 === number) last[1] = number
    else runs.push([number, number])
  }
  return runs.map(([from, to]) => (from === to ? from : `${from}–${to}`)).join(', ')
}

function Lessons({ lessons }: Pick<PreviewDay, 'lessons'>) {
  if (lessons.length > TITLES_SHOWN) return `${lessons.length}: ${ranges(lessons.map(({ number }) => number))}`
  return (
    <ul className="release-list">
      {lessons.map((lesson) => (
        <li key={lesson.id}>
          <span className="measure">{lesson.number}</span> {lesson.title}
          {lesson.watched && <span className="text-muted">, schon geöffnet</span>}
        </li>
      ))}
    </ul>
  )
}
