import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { adminRead, pageFlash, type Search } from '#app/admin/adminRead.ts'
import { type Overview, readOverview } from '#app/admin/overview.ts'
import { Repairs } from '#app/admin/Repairs.tsx'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import type { Refused } from '#components/admin/Ask.tsx'
import { Lamp, When } from '#components/admin/Bits.tsx'
import { flagWords, orderState } from '#components/admin/words.ts'
import { money } from '#components/format.ts'
import { Notice } from '#components/ui/Notice.tsx'

export const metadata: Metadata = { title: { absolute: 'Verwaltung' } }

export default async function AdminHome({ searchParams }: { searchParams: Search }) {
  const flash = await pageFlash(await searchParams)
  const overview = await adminRead(paths.admin(), readOverview)
  return (
    <AdminPage title="Überblick" room="Überblick" flash={flash}>
      {overview ? <Content overview={overview} refused={flash} /> : <Unreachable />}
    </AdminPage>
  )
}

function Content({ overview, refused }: { overview: Overview; refused: Refused | null }) {
  const { needs, flagged } = overview
  return (
    <>
      {needs.length === 0 && flagged.length === 0 && (
        <Notice kind="done" title="Alles läuft.">
          <p>Nichts wartet auf dich. Was hängen bleibt, steht hier mit dem nächsten Schritt.</p>
        </Notice>
      )}
      <div className="admin-grid mt-6">
        <section aria-labelledby="stand">
          <h2 id="stand">Stand</h2>
          <Pulse overview={overview} />
        </section>
        <div className="grid gap-8">
          {needs.length > 0 && (
            <section aria-labelledby="wartet">
              <h2 id="wartet">Wartet auf dich</h2>
              <ul className="admin-needs rows mt-3">
                {needs.map((need) => (
                  <li key={need.code + need.message}>
                    <span className={need.mild ? 'lamp lamp-wait' : 'lamp lamp-bad'}>{need.message}</span>
                    {need.href && (
                      <Link href={need.href} prefetch={false}>
                        Nachsehen<span className="sr-only">: {need.message}</span>
                      </Link>
                    )}
                    <Repairs repairs={need.repairs} back={paths.admin()} refused={refused} />
                  </li>
                ))}
              </ul>
            </section>
          )}
          {flagged.length > 0 && <Flagged orders={flagged} />}
        </div>
      </div>
    </>
  )
}

function Pulse({ overview }: { overview: Overview }) {
  return (
    <dl className="rows mt-3">
      <div>
        <dt>Worker</dt>
        <dd>
          {overview.workerBeatAt ? (
            <>
              letztes Lebenszeichen <When at={overview.workerBeatAt} />
            </>
          ) : (
            'hat sich noch nie gemeldet'
          )}
        </dd>
      </div>
      <div>
        <dt>Offene Ereignisse</dt>
        <dd>
          {overview.oldestOpenEventAt ? (
            <>
              das älteste seit <When at={overview.oldestOpenEventAt} />
            </>
          ) : (
            'keine'
          )}
        </dd>
      </div>
      <div>
        <dt>Gescheiterte Aufträge</dt>
        <dd>
          <Link href={paths.adminJobs()} prefetch={false} className="mono">
            {overview.deadJobs}
          </Link>
        </dd>
      </div>
    </dl>
  )
}

function Flagged({ orders }: { orders: Overview['flagged'] }) {
  return (
    <section aria-labelledby="hinweise">
      <h2 id="hinweise">Bestellungen zum Nachsehen</h2>
      <ul className="admin-needs rows mt-3">
        {orders.map((order) => (
          <li key={order.id}>
            <span>
              <Link href={paths.adminOrder(order.id)} prefetch={false} className="mono">
                {order.number}
              </Link>{' '}
              {order.flags
                .filter((flag) => !order.flagsSeen.includes(flag))
                .map((flag) => flagWords(flag, order.amountTotal === 0))
                .join(' ')}
            </span>
            <span>
              <Lamp word={orderState(order.state)} /> ·{' '}
              <span className="mono">{money(order.amountTotal, order.currency)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
