import { When } from '#components/admin/Bits.tsx'
import { type Column, DataTable } from '#components/admin/DataTable.tsx'
import { refusalWords, sourceNames } from '#components/admin/words.ts'
import { dayOfMonth } from '#domain/calendar/germanWords.ts'
import type { RefusedCount } from '#ports'

export const REFUSED_DAYS = 14

const columns: Column<RefusedCount>[] = [
  { name: 'Tag', nowrap: true, heading: true, cell: ({ day }) => dayOfMonth(day) },
  { name: 'Von', cell: ({ source }) => sourceNames[source] },
  { name: 'Grund', wide: true, cell: ({ reason }) => refusalWords(reason) },
  { name: 'Anzahl', number: true, cell: ({ times }) => times.toLocaleString('de-DE') },
  { name: 'Zuletzt', nowrap: true, cell: ({ lastAt }) => <When at={lastAt} /> },
]

/** How many deliveries the webhooks refused. Anybody can send some, so this is shown here and raises no alarm. */
export function Refused({ refusals }: { refusals: RefusedCount[] }) {
  return (
    <section className="mt-12">
      <h2>Abgewiesene Zustellungen</h2>
      <p className="mt-2 mb-4 text-muted">
        An diese Türen kann jeder klopfen, darum ist das kein Alarm. Fehlt bei Stripe wirklich etwas, findet es der
        Abgleich und meldet sich.
      </p>
      <DataTable
        id="abgewiesen"
        caption={`Nach Tag, Absender und Grund, ${REFUSED_DAYS} Tage`}
        columns={columns}
        rows={refusals}
        keyOf={({ day, source, reason }) => `${day} ${source} ${reason}`}
        empty={<p>Keine in {REFUSED_DAYS} Tagen. Hier stehen Zustellungen mit falscher Signatur oder falscher Form.</p>}
      />
    </section>
  )
}
