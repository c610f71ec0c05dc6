import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { adminRead, chosen, cut, given, PAGE_SIZE, type Search } from '#app/admin/adminRead.ts'
import { eventColumns, eventKey, parseEventKey } from '#app/admin/ereignisse/eventColumns.tsx'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { DataTable } from '#components/admin/DataTable.tsx'
import { FilterSearch, FilterSelect, Filters, Pager } from '#components/admin/Filters.tsx'
import { sourceNames } from '#components/admin/words.ts'

export const metadata: Metadata = { title: 'Ereignisse' }

const sources = ['stripe', 'resend', 'bunny'] as const
const states = ['offen', 'scheitert', 'erledigt'] as const

export default async function EventsPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams
  const source = chosen(search.von, sources)
  const state = chosen(search.stand, states)
  const objectId = given(search.gegenstand)
  const beforeRow = parseEventKey(given(search.before) ?? '') ?? undefined
  const filter = { von: source, stand: state, gegenstand: objectId }

  const events = await adminRead(paths.adminEvents(filter), (ctx) =>
    ctx.inbox.list({
      source: source ?? undefined,
      open: state === null ? undefined : state !== 'erledigt',
      failing: state === 'scheitert',
      objectIds: objectId ? [objectId] : undefined,
      beforeRow,
      limit: PAGE_SIZE + 1,
    }),
  )
  const { shown, last } = cut(events ?? [])
  const narrowed = source !== null || state !== null || objectId !== null || beforeRow !== undefined
  return (
    <AdminPage
      title="Ereignisse"
      room="Ereignisse"
      lead="Was Stripe, Resend und Bunny gemeldet haben: erst gespeichert, dann bearbeitet."
    >
      <Filters action={paths.adminEvents()} active={narrowed}>
        <FilterSelect
          name="stand"
          label="Stand"
          value={state}
          all="alle"
          options={states.map((value) => ({ value, text: value }))}
        />
        <FilterSelect
          name="von"
          label="Von"
          value={source}
          all="allen"
          options={sources.map((value) => ({ value, text: sourceNames[value] }))}
        />
        <FilterSearch name="gegenstand" label="Gegenstand (cs_…, pi_…, Film, Mail)" value={objectId} size={32} />
      </Filters>
      {events ? (
        <>
          <DataTable
            id="ereignisse"
            caption={narrowed ? 'Ereignisse, gefiltert, neueste zuerst' : 'Ereignisse, neueste zuerst'}
            columns={eventColumns}
            rows={shown}
            keyOf={eventKey}
            empty={
              narrowed ? (
                <p>Zu diesem Filter gibt es kein Ereignis. Setze ihn zurück, um alle zu sehen.</p>
              ) : (
                <p>
                  Noch kein Ereignis. Nach der ersten Bestellung meldet Stripe sie an{' '}
                  <span className="mono">/api/webhook/stripe</span>, Resend jede Mail und Bunny jeden Film. Kommt
                  nichts, prüfe mit <span className="mono">npm run doctor</span> die Geheimnisse.
                </p>
              )
            }
          />
          <Pager
            newest={beforeRow ? paths.adminEvents(filter) : null}
            older={last && paths.adminEvents({ ...filter, before: eventKey(last) })}
          />
        </>
      ) : (
        <Unreachable />
      )}
    </AdminPage>
  )
}
