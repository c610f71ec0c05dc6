import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import Link from 'next/link'
import { readFlash } from '#app/_http/flash.ts'
import { paths } from '#app/_http/paths.ts'
import { adminRead, cut, given, PAGE_SIZE, rowId, type Search } from '#app/admin/adminRead.ts'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Lamp, When } from '#components/admin/Bits.tsx'
import { type Column, DataTable } from '#components/admin/DataTable.tsx'
import { Pager } from '#components/admin/Filters.tsx'
import { rightWords, withdrawalState } from '#components/admin/words.ts'
import { Notice } from '#components/ui/Notice.tsx'
import { listWithdrawals, type WithdrawalView } from '#domain/sales/withdrawal/listWithdrawals.ts'
import { OrderOf, WithdrawalTicket } from './WithdrawalTicket.tsx'

export const metadata: Metadata = { title: 'Widerrufe' }

/** Most open declarations on the page. */
const OPEN_LIMIT = 50

const columns: Column<WithdrawalView>[] = [
  { name: 'Eingegangen', heading: true, nowrap: true, cell: ({ withdrawal }) => <When at={withdrawal.receivedAt} /> },
  { name: 'Entscheid', nowrap: true, cell: ({ withdrawal }) => <Lamp word={withdrawalState(withdrawal.state)} /> },
  { name: 'Entschieden', nowrap: true, cell: ({ withdrawal }) => <When at={withdrawal.decidedAt} /> },
  { name: 'Wer', cell: ({ withdrawal }) => withdrawal.name },
  { name: 'Bestellung', wide: true, cell: (view) => <OrderOf view={view} /> },
  { name: 'Recht bei Eingang', nowrap: true, cell: ({ right }) => <Lamp word={rightWords(right)} /> },
  { name: 'Notiz', wide: true, cell: ({ withdrawal }) => withdrawal.note ?? '–' },
]

export default async function WithdrawalsPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams
  const before = rowId(search.before)
  const back = paths.adminWithdrawals({ before })
  const found = await adminRead(back, async (ctx) => ({
    flash: readFlash(await cookies(), given(search.meldung), ctx.settings.siteUrl),
    open: before ? [] : await listWithdrawals(ctx, { states: ['new'], limit: OPEN_LIMIT }),
    closed: await listWithdrawals(ctx, { states: ['accepted', 'refused'], beforeId: before, limit: PAGE_SIZE + 1 }),
  }))
  const { shown, last } = cut(found?.closed ?? [])
  return (
    <AdminPage
      title="Widerrufe"
      room="Widerrufe"
      lead="Die Eingangsbestätigung geht von selbst hinaus. Gilt der Widerruf, muss das Geld binnen 14 Tagen zurück sein (§ 357 BGB)."
    >
      {!found && <Unreachable />}
      {found?.flash && (
        <div id="meldung" tabIndex={-1} className="mb-6">
          <Notice kind={found.flash.tone} role="status">
            <p>{found.flash.text}</p>
          </Notice>
        </div>
      )}
      {found && !before && (
        <section aria-labelledby="offen">
          <h2 id="offen" className="mb-3">
            Offen
          </h2>
          {found.open.length === 0 ? (
            <div className="admin-empty">
              <p>
                Kein Widerruf wartet auf dich. Wer über <Link href={paths.withdrawal()}>„Vertrag widerrufen“</Link>{' '}
                einen erklärt, steht sofort hier, und du bekommst eine Mail.
              </p>
            </div>
          ) : (
            <div className="withdrawal-grid">
              {found.open.map((view) => (
                <WithdrawalTicket key={view.withdrawal.id} view={view} back={back} refused={found.flash} />
              ))}
            </div>
          )}
        </section>
      )}
      {found && (
        <div className="mt-8">
          <DataTable
            id="entschieden"
            caption="Entschieden, neueste zuerst"
            columns={columns}
            rows={shown}
            keyOf={({ withdrawal }) => withdrawal.id}
            empty={<p>Noch keiner entschieden. Hier steht später, was du angenommen und abgelehnt hast, mit Notiz.</p>}
          />
          <Pager
            newest={before ? paths.adminWithdrawals() : null}
            older={last && paths.adminWithdrawals({ before: last.withdrawal.id })}
          />
        </div>
      )}
    </AdminPage>
  )
}
