import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { NotHere } from '#app/_pages/NotHere.tsx'
import { adminRead, pageFlash, type Search } from '#app/admin/adminRead.ts'
import { readableBody } from '#app/admin/ereignisse/readableBody.ts'
import { Repairs } from '#app/admin/Repairs.tsx'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Lamp, Mono, Raw, When } from '#components/admin/Bits.tsx'
import { parseEventKey } from '#components/admin/eventKey.ts'
import { Live } from '#components/admin/Live.tsx'
import { eventState, sourceNames } from '#components/admin/words.ts'
import type { StoredEvent } from '#ports'

export const metadata: Metadata = { title: 'Ereignis' }

type Props = { params: Promise<{ id: string }>; searchParams: Search }

export default async function EventPage({ params, searchParams }: Props) {
  const [{ id }, search] = await Promise.all([params, searchParams])
  const flash = await pageFlash(search)
  const key = parseEventKey(id)
  const found = await adminRead(paths.adminEvent(id), async (ctx) => ({
    event: key && (await ctx.inbox.read(key.source, key.id)),
  }))
  if (found && !found.event) return <NotHere />
  return (
    <AdminPage title={found?.event?.type ?? 'Ereignis'} room="Ereignisse" detail flash={flash}>
      {found?.event ? (
        <>
          <Live active={found.event.handledAt === null || flash?.tone === 'done'} />
          <Repairs repairs={[{ kind: 'replay', event: found.event }]} back={paths.adminEvent(id)} refused={flash} />
          <div className="mt-4">
            <Detail event={found.event} />
          </div>
        </>
      ) : (
        <Unreachable />
      )}
    </AdminPage>
  )
}

function Detail({ event }: { event: StoredEvent }) {
  const body = readableBody(event.raw)
  return (
    <div className="admin-grid">
      <dl className="rows">
        <Fact name="Stand">
          <Lamp word={eventState(event)} />
        </Fact>
        <Fact name="Von">{sourceNames[event.source]}</Fact>
        <Fact name="Eingegangen">
          <When at={event.receivedAt} />
        </Fact>
        <Fact name="Erledigt">
          <When at={event.handledAt} />
        </Fact>
        <Fact name="Ergebnis">{event.outcome ?? '–'}</Fact>
        <Fact name="Versuche">
          <span className="mono">{event.attempts}</span>
        </Fact>
        <Fact name="Letzter Fehler">
          {event.lastError ? <span className="mono text-red">{event.lastError}</span> : '–'}
        </Fact>
        <Fact name="Gegenstand">
          {event.objectId ? (
            <Link href={paths.adminEvents({ gegenstand: event.objectId })} prefetch={false} className="mono">
              {event.objectId}
            </Link>
          ) : (
            '–'
          )}
        </Fact>
        <Fact name="Kennung">
          <Mono>{event.id}</Mono>
        </Fact>
        <Fact name="Anfrage">
          <Mono>{event.requestId}</Mono>
        </Fact>
        <Fact name="Fassung">
          <Mono>{event.apiVersion}</Mono>
        </Fact>
        <Fact name="Modus">{event.livemode ? 'echt' : 'Test'}</Fact>
      </dl>
      <section aria-labelledby="rohdaten">
        <h2 id="rohdaten">Wie es ankam</h2>
        {body ? (
          <>
            <p className="mt-1 mb-3 text-muted">Links und Geheimnisse sind ausgeblendet.</p>
            <Raw label="Inhalt des Ereignisses" text={body} />
          </>
        ) : (
          <div className="admin-empty mt-3">
            <p>
              Kein Inhalt gespeichert. Von fremden Vorgängen bleiben nur Kennungen, und nach 90 Tagen wird der Inhalt
              jedes Ereignisses geleert.
            </p>
          </div>
        )}
      </section>
    </div>
  )
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
