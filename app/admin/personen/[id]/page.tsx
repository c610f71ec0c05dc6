import type { Metadata } from 'next'
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
import { personRelease } from '#domain/learning/releases/personRelease.ts'
import { customerFile } from '#domain/operator/customerFile.ts'
import type { Ctx } from '#ports'
import { PersonReleases } from './PersonReleases.tsx'
import { PersonTicket } from './PersonTicket.tsx'
import { personSteps } from './personSteps.ts'

export const metadata: Metadata = { title: 'Kundenakte' }

type Props = { params: Promise<{ id: string }>; searchParams: Search }

async function read(ctx: Ctx, id: string) {
  const file = await customerFile(ctx, id)
  return { file, releases: file && (await personRelease(ctx, file.person.id)) }
}

/** The Kundenakte: one person, one page, from the first checkout to the last lesson. */
export default async function PersonPage({ params, searchParams }: Props) {
  const [{ id }, search] = await Promise.all([params, searchParams])
  const back = paths.adminPerson(id)
  const found = await adminRead(back, (ctx) => read(ctx, id))
  if (found && !found.file) return <NotHere />
  const flash = await pageFlash(search)
  const file = found?.file
  return (
    <AdminPage title={file?.person.name ?? file?.person.emailRaw ?? 'Kundenakte'} room="Personen" detail flash={flash}>
      {file ? (
        <>
          <Live active={file.letters.some(({ state }) => state === 'queued') || flash?.tone === 'done'} />
          {file.orders.map((order) => (
            <OrderFlags key={order.id} order={order} back={back} refused={flash} />
          ))}
          <div className="admin-grid akte-grid">
            <div className="grid gap-6">
              <PersonTicket file={file} back={back} refused={flash} />
              {found.releases && (
                <PersonReleases personId={file.person.id} file={found.releases} back={back} refused={flash} />
              )}
            </div>
            <StepList id="weg" title="Der ganze Weg" steps={personSteps(file)} back={back} refused={flash} />
          </div>
          <div className="mt-8">
            <DataTable
              id="ereignisse"
              caption="Alle Ereignisse dazu, neueste zuerst"
              columns={eventColumns}
              rows={file.events}
              keyOf={eventKey}
              empty={<p>Kein Ereignis. Was Stripe zu den Bestellungen und Resend zu den Mails meldet, steht hier.</p>}
            />
          </div>
        </>
      ) : (
        <Unreachable />
      )}
    </AdminPage>
  )
}
