import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { paths } from '#app/_http/paths.ts'
import { adminRead } from '#app/admin/adminRead.ts'
import { eventColumns, eventKey } from '#app/admin/ereignisse/eventColumns.tsx'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Mono, When } from '#components/admin/Bits.tsx'
import { DataTable } from '#components/admin/DataTable.tsx'
import { flagWords, type Tone } from '#components/admin/words.ts'
import { Notice } from '#components/ui/Notice.tsx'
import { OrderTicket } from './OrderTicket.tsx'
import { readOrder } from './readOrder.ts'
import { type Step, stepsOf } from './steps.ts'

export const metadata: Metadata = { title: 'Bestellung' }

export default async function OrderPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const facts = await adminRead(paths.adminOrder(id), async (ctx) => ({ detail: await readOrder(ctx, id) }))
  if (facts && !facts.detail) notFound()
  if (!facts?.detail)
    return (
      <AdminPage title="Bestellung" room="Bestellungen" detail>
        <Unreachable />
      </AdminPage>
    )
  const { order, draft, grants, letters, events } = facts.detail
  return (
    <AdminPage title={`Bestellung ${order.number}`} room="Bestellungen" detail>
      {order.flags.length > 0 && (
        <Notice kind="error" className="mb-6" title="Das sollte sich jemand ansehen.">
          <ul className="mt-1">
            {order.flags.map((flag) => (
              <li key={flag}>{flagWords(flag)}</li>
            ))}
          </ul>
        </Notice>
      )}
      <div className="admin-grid">
        <OrderTicket order={order} draft={draft} />
        <div className="grid gap-8">
          <DataTable
            id="weg"
            caption="Weg der Bestellung"
            columns={stepColumns}
            rows={stepsOf({ order, draft, grants, letters })}
            keyOf={(step) => step.key}
            empty={<p>Noch ist nichts geschehen.</p>}
          />
          <DataTable
            id="ereignisse"
            caption="Ereignisse dazu, neueste zuerst"
            columns={eventColumns}
            rows={events}
            keyOf={eventKey}
            empty={
              <p>
                Kein Ereignis zu dieser Bestellung gespeichert. Stripe schickt sie an{' '}
                <span className="mono">/api/webhook/stripe</span>; bis dahin gleicht auch die Dankeseite die Zahlung ab.
              </p>
            }
          />
        </div>
      </div>
    </AdminPage>
  )
}

const lamps: Record<Tone, string> = {
  good: 'lamp lamp-good',
  bad: 'lamp lamp-bad',
  wait: 'lamp lamp-wait',
  plain: 'lamp',
}

const stepColumns = [
  {
    name: 'Schritt',
    heading: true,
    nowrap: true,
    cell: (step: Step) => <span className={lamps[step.tone]}>{step.name}</span>,
  },
  { name: 'Zeit', nowrap: true, cell: (step: Step) => <When at={step.at} /> },
  {
    name: 'Was',
    wide: true,
    cell: (step: Step) =>
      step.href ? (
        <Link href={step.href} prefetch={false}>
          {step.text}
        </Link>
      ) : (
        step.text
      ),
  },
  { name: 'Kennung', cell: (step: Step) => <Mono>{step.id}</Mono> },
]
