import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { adminRead, chosen, cut, given, PAGE_SIZE, rowId, type Search } from '#app/admin/adminRead.ts'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Mono, When } from '#components/admin/Bits.tsx'
import { type Column, DataTable } from '#components/admin/DataTable.tsx'
import { FilterSearch, FilterSelect, Filters, Pager } from '#components/admin/Filters.tsx'
import { deedNames, deedWords } from '#components/admin/words.ts'
import { money } from '#components/format.ts'
import { Notice } from '#components/ui/Notice.tsx'
import { listDeeds } from '#domain/operator/listDeeds.ts'
import type { AuditEntry } from '#ports'

export const metadata: Metadata = { title: 'Protokoll' }

function Actor({ actor }: Pick<AuditEntry, 'actor'>) {
  if (actor === 'buyer') return 'Käufer selbst'
  if (actor === 'cli') return 'Kommandozeile'
  if (actor === 'settings') return 'Einstellungen'
  const id = actor.replace(/^person:/, '')
  return (
    <Link href={paths.adminPerson(id)} prefetch={false} aria-label={`Betreiber ${id}`}>
      Betreiber
    </Link>
  )
}

/** Figures and ids of an audit entry in one line. */
function details({ detail, target }: AuditEntry): string {
  const parts = Object.entries(detail ?? {}).map(([name, value]) =>
    name === 'amount' && typeof value === 'number' ? money(value) : `${name} ${String(value)}`,
  )
  return [target, ...parts].filter(Boolean).join(' · ')
}

const columns: Column<AuditEntry>[] = [
  { name: 'Wann', nowrap: true, heading: true, cell: (entry) => <When at={entry.at} /> },
  { name: 'Was', nowrap: true, cell: (entry) => deedWords(entry.action) },
  { name: 'Wer', nowrap: true, cell: (entry) => <Actor actor={entry.actor} /> },
  { name: 'Grund', wide: true, cell: (entry) => entry.reason ?? '–' },
  {
    name: 'Für',
    nowrap: true,
    cell: (entry) => (
      <span className="admin-links">
        {entry.personId && (
          <Link href={paths.adminPerson(entry.personId)} prefetch={false}>
            Person
          </Link>
        )}
        {entry.purchaseId && (
          <Link href={paths.adminOrder(entry.purchaseId)} prefetch={false}>
            Bestellung
          </Link>
        )}
        {!entry.personId && !entry.purchaseId && '–'}
      </span>
    ),
  },
  { name: 'Einzelheiten', wide: true, cell: (entry) => <Mono>{details(entry)}</Mono> },
]

export default async function AuditPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams
  const person = rowId(search.person)
  const order = given(search.bestellung, 80)
  const action = chosen(
    search.was,
    deedNames.map(({ value }) => value),
  )
  const before = rowId(search.before)
  const filter = { person, bestellung: order, was: action }
  const found = await adminRead(paths.adminAudit(filter), async (ctx) => ({
    entries: await listDeeds(ctx, { personId: person, order, action, beforeId: before, limit: PAGE_SIZE + 1 }),
  }))
  const { shown, last } = cut(found?.entries ?? [])
  const narrowed = person !== undefined || order !== null || action !== null || before !== undefined
  return (
    <AdminPage
      title="Protokoll"
      room="Protokoll"
      lead="Was von Hand geschah: wer, wann, warum. Zeilen kommen dazu und ändern sich nie."
    >
      <Filters action={paths.adminAudit()} active={narrowed}>
        <FilterSelect name="was" label="Was" value={action} all="alles" options={deedNames} />
        <FilterSearch name="bestellung" label="Bestellung (W-… oder cs_…)" value={order} />
        {person && <input type="hidden" name="person" value={person} />}
      </Filters>
      {person && (
        <p className="mb-4">
          Nur zu{' '}
          <Link className="link" href={paths.adminPerson(person)} prefetch={false}>
            dieser Person
          </Link>
          .
        </p>
      )}
      {found && !found.entries && (
        <Notice kind="wait" className="mb-4" role="status" title="Diese Bestellung gibt es nicht.">
          <p>
            Gesucht wird nach Nummer (<span className="mono">W-2026-0117</span>) oder Sitzung (
            <span className="mono">cs_…</span>).
          </p>
        </Notice>
      )}
      {found ? (
        <>
          <DataTable
            id="protokoll"
            caption={narrowed ? 'Einträge, gefiltert, neueste zuerst' : 'Einträge, neueste zuerst'}
            columns={columns}
            rows={shown}
            keyOf={(entry) => entry.id}
            empty={
              narrowed ? (
                <p>Dazu ist nichts vermerkt. Setze den Filter zurück, um alles zu sehen.</p>
              ) : (
                <p>
                  Noch nichts. Jede Erstattung, jeder Zugang von Hand, jede neu gesendete Mail steht hier mit Grund.
                </p>
              )
            }
          />
          <Pager
            newest={before ? paths.adminAudit(filter) : null}
            older={last && paths.adminAudit({ ...filter, before: last.id })}
          />
        </>
      ) : (
        <Unreachable />
      )}
    </AdminPage>
  )
}
