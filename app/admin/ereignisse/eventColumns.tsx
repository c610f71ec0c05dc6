import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { Lamp, Mono, When } from '#components/admin/Bits.tsx'
import type { Column } from '#components/admin/DataTable.tsx'
import { eventKey } from '#components/admin/eventKey.ts'
import { eventState, sourceNames } from '#components/admin/words.ts'
import type { EventHead } from '#ports'

export const eventColumns: Column<EventHead>[] = [
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
