import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { NotHere } from '#app/_pages/NotHere.tsx'
import { adminRead, pageFlash, type Search } from '#app/admin/adminRead.ts'
import { readBench } from '#app/admin/pruefstand/readBench.ts'
import { readFlow } from '#app/admin/pruefstand/readFlow.ts'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Mono } from '#components/admin/Bits.tsx'
import { Bench } from '#components/flow/Bench.tsx'
import { LiveFlow } from '#components/flow/LiveFlow.tsx'

export const metadata: Metadata = { title: 'Prüfstand' }

interface FlowPageProps {
  params: Promise<{ id: string }>
  searchParams: Search
}

export default async function FlowPage({ params, searchParams }: FlowPageProps) {
  const id = decodeURIComponent((await params).id)
  const flash = await pageFlash(await searchParams)
  const here = paths.adminFlow(id)
  const facts = await adminRead(here, async (ctx) => ({ view: await readFlow(ctx, id) }))
  if (facts && !facts.view) return <NotHere />
  if (!facts?.view)
    return (
      <AdminPage title="Prüfstand" room="Prüfstand" detail>
        <Unreachable />
      </AdminPage>
    )
  const { view } = facts
  const bench = await readBench()
  return (
    <AdminPage title="Am Prüfstand" room="Prüfstand" detail flash={flash}>
      <LiveFlow key={view.id} first={view} url={paths.api.flow(id)} reload={here} />
      <p className="mt-3 text-muted">
        Spur <Mono>{view.traceId}</Mono>
        {view.orderId && (
          <>
            {' · '}
            <Link className="link" href={paths.adminOrder(view.orderId)} prefetch={false}>
              Zur Bestellung
            </Link>
          </>
        )}
      </p>
      {bench && (
        <div className="mt-8">
          {view.sessionId && (
            <form method="post" action={bench.breakAction} className="mb-4">
              <input type="hidden" name="key" value={crypto.randomUUID()} />
              <input type="hidden" name="back" value={here} />
              <input type="hidden" name="what" value="look" />
              <input type="hidden" name="order" value={view.sessionId} />
              <button className="button button-quiet" type="submit">
                Nachsehen lassen
              </button>{' '}
              <span className="text-muted">fragt Stripe nach dieser Bestellung, auch wenn kein Webhook kam</span>
            </form>
          )}
          <Bench {...bench} back={here} />
        </div>
      )}
    </AdminPage>
  )
}
