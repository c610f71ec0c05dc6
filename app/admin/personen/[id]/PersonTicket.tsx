import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { Repairs } from '#app/admin/Repairs.tsx'
import type { Refused } from '#components/admin/Ask.tsx'
import { Lamp, When } from '#components/admin/Bits.tsx'
import { CopyId } from '#components/admin/CopyId.tsx'
import { orderState } from '#components/admin/words.ts'
import { money } from '#components/format.ts'
import { Laufzettel, Stamp } from '#components/Laufzettel.tsx'
import type { CustomerFile } from '#domain/operator/customerFile.ts'

interface PersonTicketProps {
  file: CustomerFile
  back: string
  refused: Refused | null
}

/** Who this is, what is open, what was bought; on the stub what can be done for the person. */
export function PersonTicket({ file, back, refused }: PersonTicketProps) {
  const { person, grants, sessions, orders, letters } = file
  const isOpen = grants.some(({ revokedAt }) => revokedAt === null)
  const stamp = isOpen ? 'Zugang offen' : grants.length > 0 ? 'Zugang beendet' : 'kein Zugang'
  const undelivered = letters.find(
    ({ state, closedAt }) => ['bounced', 'suppressed', 'failed'].includes(state) && !closedAt,
  )
  return (
    <Laufzettel
      title="Kundenakte"
      tone={isOpen ? 'done' : grants.length > 0 ? 'bad' : 'open'}
      stamp={<Stamp tone={isOpen ? 'green' : grants.length > 0 ? 'red' : 'open'}>{stamp}</Stamp>}
      rows={[
        { label: 'Adresse', value: person.emailRaw },
        ...(undelivered ? [{ label: 'Post', value: <Lamp word={{ text: 'kommt zurück', tone: 'bad' }} /> }] : []),
        { label: 'Name', value: person.name ?? '–' },
        ...(person.role === 'admin' ? [{ label: 'Rolle', value: 'Betreiber' }] : []),
        { label: 'Dabei seit', value: <When at={person.createdAt} /> },
        { label: 'Erste Anmeldung', value: <When at={person.firstLoginAt} /> },
        { label: 'Zuletzt da', value: <When at={lastSeen(sessions)} /> },
        { label: 'Käufe', value: <Orders orders={orders} /> },
        { label: 'Kennung', value: <CopyId label="Person" value={person.id} /> },
        {
          label: 'Protokoll',
          value: (
            <Link className="link" href={paths.adminAudit({ person: person.id })} prefetch={false}>
              was von Hand geschah
            </Link>
          ),
        },
      ]}
      stub={
        <Repairs
          back={back}
          refused={refused}
          repairs={[
            { kind: 'login-link', person: person.id },
            { kind: 'grant', person: person.id },
            ...(person.role === 'admin' ? [] : [{ kind: 'address' as const, person: person.id }]),
          ]}
        />
      }
    />
  )
}

const lastSeen = (sessions: CustomerFile['sessions']): Date | null =>
  sessions.length === 0 ? null : new Date(Math.max(...sessions.map(({ lastSeenAt }) => lastSeenAt.getTime())))

function Orders({ orders }: Pick<CustomerFile, 'orders'>) {
  if (orders.length === 0) return '–'
  return (
    <ul>
      {orders.map((order) => (
        <li key={order.id}>
          <Link className="link mono" href={paths.adminOrder(order.id)} prefetch={false}>
            {order.number}
          </Link>{' '}
          <span className="mono">{money(order.amountTotal, order.currency)}</span>,{' '}
          <Lamp word={orderState(order.state)} />
        </li>
      ))}
    </ul>
  )
}
