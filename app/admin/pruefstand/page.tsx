import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { adminRead, pageFlash, type Search } from '#app/admin/adminRead.ts'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Lamp, When } from '#components/admin/Bits.tsx'
import { type Column, DataTable } from '#components/admin/DataTable.tsx'
import { orderState } from '#components/admin/words.ts'
import { Bench } from '#components/flow/Bench.tsx'
import { recentDrafts } from '#domain/sales/checkout/recentDrafts.ts'
import { listOrders } from '#domain/sales/listOrders.ts'
import type { Ctx } from '#ports'
import { readBench } from './readBench.ts'

export const metadata: Metadata = { title: 'Prüfstand' }

const SHOWN = 20

interface Recent {
  id: string
  name: string
  at: Date
  state: string
  traced: boolean
}

const columns: Column<Recent>[] = [
  {
    name: 'Bestellung',
    heading: true,
    nowrap: true,
    cell: (order) => (
      <Link href={paths.adminFlow(order.id)} prefetch={false} className="mono">
        {order.name}
      </Link>
    ),
  },
  { name: 'Klick', nowrap: true, cell: (order) => <When at={order.at} /> },
  { name: 'Stand', nowrap: true, cell: (order) => <Lamp word={orderState(order.state)} /> },
  { name: 'Aufzeichnung', cell: (order) => (order.traced ? 'ja' : 'keine') },
]

async function readRecent(ctx: Ctx): Promise<Recent[]> {
  const [drafts, orders] = await Promise.all([recentDrafts(ctx, SHOWN), listOrders(ctx, { limit: 2 * SHOWN })])
  return drafts.map((draft) => {
    const order = orders.find(({ sessionId }) => sessionId === draft.sessionId)
    return {
      id: draft.id,
      name: order?.number ?? `Entwurf ${draft.id.slice(0, 8)}`,
      at: draft.createdAt,
      state: order?.state ?? 'open',
      traced: draft.traceparent !== null,
    }
  })
}

export default async function BenchPage({ searchParams }: { searchParams: Search }) {
  const flash = await pageFlash(await searchParams)
  const recent = await adminRead(paths.adminFlow(), readRecent)
  if (!recent)
    return (
      <AdminPage title="Prüfstand" room="Prüfstand">
        <Unreachable />
      </AdminPage>
    )
  const bench = await readBench()
  return (
    <AdminPage
      title="Prüfstand"
      room="Prüfstand"
      flash={flash}
      lead="Der Weg jeder Bestellung durch alle Prozesse, gezeichnet aus dem, was wirklich geschah."
    >
      {bench ? (
        <Bench {...bench} back={paths.adminFlow()} />
      ) : (
        <p className="text-muted">
          Störungen auslösen kann man nur im Probebetrieb. Hier siehst du den Weg der echten Bestellungen.
        </p>
      )}
      <div className="mt-8">
        <DataTable
          id="zuletzt"
          caption="Zuletzt bestellt"
          columns={columns}
          rows={recent}
          keyOf={(order) => order.id}
          empty={
            <p>
              Noch keine Bestellung.{' '}
              {bench ? 'Starte oben einen Testkauf.' : 'Sobald jemand bestellt, steht sie hier, auch unbezahlt.'}
            </p>
          }
        />
      </div>
    </AdminPage>
  )
}
