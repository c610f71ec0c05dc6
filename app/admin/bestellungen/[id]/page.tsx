import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { NotHere } from '#app/_pages/NotHere.tsx'
import { adminRead, pageFlash, type Search } from '#app/admin/adminRead.ts'
import { eventColumns } from '#app/admin/ereignisse/eventColumns.tsx'
import { OrderFlags } from '#app/admin/OrderFlags.tsx'
import { StepList } from '#app/admin/StepList.tsx'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { DataTable } from '#components/admin/DataTable.tsx'
import { eventKey } from '#components/admin/eventKey.ts'
import { Live } from '#components/admin/Live.tsx'
import { orderFile } from '#domain/operator/orderFile.ts'
import { OrderTicket } from './OrderTicket.tsx'
import { stepsOfOrder } from './orderSteps.ts'

export const metadata: Metadata = { title: 'Bestellung' }

type Props = { params: Promise<{ id: string }>; searchParams: Search }

export default async function OrderPage({ params, searchParams }: Props) {
  const [{ id }, search] = await Promise.all([params, searchParams])
  const back = paths.adminOrder(id)
  const facts = await adminRead(back, async (ctx) => ({ file: await orderFile(ctx, id) }))
  if (facts && !facts.file) return <NotHere />
  const flash = await pageFlash(search)
  const file = facts?.file
  if (!file)
    return (
      <AdminPage title="Bestellung" room="Bestellungen" detail flash={flash}>
        <Unreachable />
      </AdminPage>
    )
  const { order } = file
  return (
    <AdminPage
      title={`Bestellung ${order.number}`}
      room="Bestellungen"
      detail
      flash={flash}
      lead={
        <span className="admin-links">
          {order.personId && (
            <Link className="link" href={paths.adminPerson(order.personId)} prefetch={false}>
              Kundenakte
            </Link>
          )}
          <Link className="link" href={paths.adminFlow(order.id)} prefetch={false}>
            Prüfstand
          </Link>
        </span>
      }
    >
      <Live active={file.letters.some(({ state }) => state === 'queued') || flash?.tone === 'done'} />
      <OrderFlags order={order} back={back} refused={flash} />
      <div className="admin-grid akte-grid">
        <OrderTicket order={order} draft={file.draft} />
        <StepList id="weg" title="Weg der Bestellung" steps={stepsOfOrder(file)} back={back} refused={flash} />
      </div>
      <div className="mt-8">
        <DataTable
          id="ereignisse"
          caption="Ereignisse dazu, neueste zuerst"
          columns={eventColumns}
          rows={file.events}
          keyOf={eventKey}
          empty={
            <p>
              Kein Ereignis zu dieser Bestellung gespeichert. Stripe schickt sie an{' '}
              <span className="mono">/api/webhook/stripe</span>; bis dahin gleicht auch die Dankeseite die Zahlung ab.
            </p>
          }
        />
      </div>
    </AdminPage>
  )
}
