import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { adminRead, chosen, cut, given, PAGE_SIZE, pageFlash, type Search } from '#app/admin/adminRead.ts'
import { eventColumns } from '#app/admin/ereignisse/eventColumns.tsx'
import { REFUSED_DAYS, Refused } from '#app/admin/ereignisse/Refused.tsx'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Ask } from '#components/admin/Ask.tsx'
import { type Column, DataTable } from '#components/admin/DataTable.tsx'
import { eventKey, parseEventKey } from '#components/admin/eventKey.ts'
import { FilterSearch, FilterSelect, Filters, Pager } from '#components/admin/Filters.tsx'
import { sourceNames } from '#components/admin/words.ts'
import type { EventHead } from '#ports'

export const metadata: Metadata = { title: 'Ereignisse' }

const sources = ['stripe', 'resend', 'bunny'] as const
const states = ['offen', 'scheitert', 'erledigt'] as const

/** Id of the form below the table, to which the checkboxes in the table belong. */
const REPLAY = 'auswahl'
const pickColumn: Column<EventHead> = {
  name: 'Wahl',
  cell: (event) => (
    <label className="admin-pick">
      <input type="checkbox" name={`event.${eventKey(event)}`} value="1" form={`${REPLAY}-form`} />
      <span className="sr-only">
        {event.type} {event.id} auswählen
      </span>
    </label>
  ),
}

/** One list: its filters, its rows, its pager; the chosen rows can be worked again. */
export default async function EventsPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams
  const source = chosen(search.von, sources)
  const state = chosen(search.stand, states)
  const objectId = given(search.gegenstand)
  const beforeRow = parseEventKey(given(search.before) ?? '') ?? undefined
  const filter = { von: source, stand: state, gegenstand: objectId }

  const read = await adminRead(paths.adminEvents(filter), (ctx) =>
    Promise.all([
      ctx.inbox.list({
        source: source ?? undefined,
        open: state === null ? undefined : state !== 'erledigt',
        failing: state === 'scheitert',
        objectIds: objectId ? [objectId] : undefined,
        beforeRow,
        limit: PAGE_SIZE + 1,
      }),
      ctx.refusedDeliveries.list(ctx.db, { days: REFUSED_DAYS, source: source ?? undefined }),
    ]),
  )
  const [events, refusals] = read ?? [null, []]
  const flash = await pageFlash(search)
  const { shown, last } = cut(events ?? [])
  const narrowed = source !== null || state !== null || objectId !== null || beforeRow !== undefined
  return (
    <AdminPage
      title="Ereignisse"
      room="Ereignisse"
      flash={flash}
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
          <EventTable events={shown} narrowed={narrowed} />
          {shown.length > 0 && (
            <Ask
              id={REPLAY}
              action={paths.api.admin.replay()}
              back={paths.adminEvents({ ...filter, before: beforeRow && eventKey(beforeRow) })}
              label="Ausgewählte noch einmal"
              confirm="Ja, noch einmal bearbeiten"
              refused={flash}
            >
              Alle angekreuzten Ereignisse gehen wieder an den Worker. Was schon geschehen ist, geschieht nicht zweimal.
            </Ask>
          )}
          <Pager
            newest={beforeRow ? paths.adminEvents(filter) : null}
            older={last && paths.adminEvents({ ...filter, before: eventKey(last) })}
          />
          <Refused refusals={refusals} />
        </>
      ) : (
        <Unreachable />
      )}
    </AdminPage>
  )
}

function EventTable({ events, narrowed }: { events: EventHead[]; narrowed: boolean }) {
  return (
    <DataTable
      id="ereignisse"
      caption={narrowed ? 'Ereignisse, gefiltert, neueste zuerst' : 'Ereignisse, neueste zuerst'}
      columns={[pickColumn, ...eventColumns]}
      rows={events}
      keyOf={eventKey}
      empty={
        narrowed ? (
          <p>Zu diesem Filter gibt es kein Ereignis. Setze ihn zurück, um alle zu sehen.</p>
        ) : (
          <p>
            Noch kein Ereignis. Nach der ersten Bestellung meldet Stripe sie an{' '}
            <span className="mono">/api/webhook/stripe</span>, Resend jede Mail und Bunny jeden Film. Kommt nichts,
            prüfe mit <span className="mono">npm run doctor</span> die Geheimnisse.
          </p>
        )
      }
    />
  )
}
