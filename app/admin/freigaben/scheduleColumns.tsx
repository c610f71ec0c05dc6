import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { Ask, AskField, type Refused } from '#components/admin/Ask.tsx'
import type { Column } from '#components/admin/DataTable.tsx'
import { ruleWords } from '#components/releaseWords.ts'
import type { RuleSource, ScheduleRow } from '#domain/learning/releases/scheduleView.ts'

const sources: Record<RuleSource, string> = {
  'lesson-row': 'Zeile der Lektion',
  'module-row': 'Zeile des Moduls',
  'lesson-file': 'Datei, Lektion',
  'module-file': 'Datei, Modul',
  default: 'Datei, Vorgabe',
  free: 'Probelektion',
}

interface Options {
  /** The page's other parameters, which links must keep. */
  here: { kauf: string | null; person: string | null }
  refused: Refused | null
}

export function scheduleColumns({ here, refused }: Options): Column<ScheduleRow>[] {
  return [
    { name: 'Nr.', number: true, cell: (row) => (row.kind === 'module' ? `M${row.number}` : row.number) },
    { name: 'Modul und Lektion', heading: true, cell: (row) => <Title row={row} /> },
    { name: 'Öffnet', nowrap: true, cell: (row) => ruleWords(row.rule) },
    { name: 'Steht in', nowrap: true, cell: (row) => sources[row.source] },
    {
      name: 'Was tun',
      nowrap: true,
      cell: (row) =>
        row.source === 'free' ? (
          <span className="text-muted">immer offen</span>
        ) : (
          <span className="ask-row">
            <Link
              className="link"
              href={`${paths.adminReleases({ ...here, ziel: row.target })}#regel`}
              prefetch={false}
              aria-label={`Ändern: ${row.title}`}
            >
              Ändern
            </Link>
            {row.rowAt && <Remove row={row} back={paths.adminReleases(here)} refused={refused} />}
          </span>
        ),
    },
  ]
}

function Title({ row }: { row: ScheduleRow }) {
  if (row.slug === null) return <span className="release-module">{row.title}</span>
  return (
    <Link className="release-lesson" href={paths.lesson(row.slug)} prefetch={false}>
      {row.title}
    </Link>
  )
}

function Remove({ row, back, refused }: { row: ScheduleRow; back: string; refused: Refused | null }) {
  const id = `remove-${row.target.replace(':', '-')}`
  return (
    <Ask
      id={id}
      action={paths.api.admin.removeRelease()}
      back={back}
      label="Entfernen"
      confirm="Ja, Zeile entfernen"
      refused={refused}
      fields={
        <>
          <input type="hidden" name="target" value={row.target} />
          <AskField name="reason" label="Grund" hint="Steht im Protokoll." refused={refused} form={id} required />
        </>
      }
    >
      Danach gilt wieder, was in der Datei steht. Was jemand schon offen hatte, bleibt offen.
    </Ask>
  )
}
