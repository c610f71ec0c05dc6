import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { Lamp, Mono, When } from '#components/admin/Bits.tsx'
import type { Column } from '#components/admin/DataTable.tsx'
import { sourceNames, type Word } from '#components/admin/words.ts'
import type { StoredEvent } from '#ports'

/** „stripe-evt_1…“: a sender and its id, as it stands in the address. */
export const eventKey = ({ source, id }: Pick<StoredEvent, 'source' | 'id'>) => `${source}-${id}`

/** The opposite; null for anything else. */
export function parseEventKey(key: string): Pick<StoredEvent, 'source' | 'id'> | null {
  const [, source, id] = /^(stripe|bunny|resend)-([\x21-\x7e]{1,255})$/.exec(key) ?? []
  return source && id ? { source: source as StoredEvent['source'], id } : null
}

export function eventState(event: StoredEvent): Word {
  if (event.handledAt) return { text: event.outcome?.startsWith('ignored') ? 'übergangen' : 'erledigt', tone: 'good' }
  return event.lastError ? { text: 'scheitert, wird wiederholt', tone: 'bad' } : { text: 'offen', tone: 'wait' }
}

export const eventColumns: Column<StoredEvent>[] = [
  {
    name: 'Ereignis',
    heading: true,
    cell: (event) => (
      <Link href={paths.adminEvent(eventKey(event))} prefetch={false} className="mono">
        {event.type}
      </Link>
    ),
  },
  { name: 'Von', cell: (event) => sourceNames[event.source] },
  { name: 'Eingegangen', nowrap: true, cell: (event) => <When at={event.receivedAt} /> },
  { name: 'Stand', nowrap: true, cell: (event) => <Lamp word={eventState(event)} /> },
  { name: 'Versuche', number: true, cell: (event) => event.attempts },
  { name: 'Ergebnis oder Fehler', wide: true, cell: (event) => event.lastError ?? event.outcome ?? '–' },
  { name: 'Gegenstand', cell: (event) => <Mono>{event.objectId}</Mono> },
]
