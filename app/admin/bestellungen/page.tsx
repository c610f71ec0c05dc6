import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { paths } from '#app/_http/paths.ts'
import { adminRead, chosen, cut, given, PAGE_SIZE, rowId, type Search } from '#app/admin/adminRead.ts'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Lamp, When } from '#components/admin/Bits.tsx'
import { type Column, DataTable } from '#components/admin/DataTable.tsx'
import { FilterSearch, FilterSelect, Filters, FilterTick, Pager } from '#components/admin/Filters.tsx'
import { flagWords, orderState, orderStates } from '#components/admin/words.ts'
import { money } from '#components/format.ts'
import { Notice } from '#components/ui/Notice.tsx'
import { getOrder } from '#domain/sales/getOrder.ts'
import { listOrders, type Order } from '#domain/sales/listOrders.ts'
import type { PurchaseState } from '#domain/sales/rules.ts'

export const metadata: Metadata = { title: 'Bestellungen' }

const columns: Column<Order>[] = [
  {
    name: 'Nummer',
    heading: true,
    nowrap: true,
    cell: (order) => (
      <Link href={paths.adminOrder(order.id)} prefetch={false} className="mono">
        {order.number}
      </Link>
    ),
  },
  { name: 'Bestellt', nowrap: true, cell: (order) => <When at={order.createdAt} /> },
  { name: 'Stand', nowrap: true, cell: (order) => <Lamp word={orderState(order.state)} /> },
  { name: 'Betrag', number: true, cell: (order) => money(order.amountTotal, order.currency) },
  {
    name: 'Erstattet',
    number: true,
    cell: (order) => (order.amountRefunded > 0 ? money(order.amountRefunded, order.currency) : '–'),
  },
  { name: 'Adresse', cell: (order) => order.email ?? '–' },
  {
    name: 'Hinweise',
    wide: true,
    cell: (order) => order.flags.map((flag) => flagWords(flag, order.amountTotal === 0)).join(' ') || '–',
  },
]

/** One list: its filters, its rows, its pager; a number typed into the search leads to its order at once. */
export default async function OrdersPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams
  const wanted = given(search.suche)
  const state = chosen(search.stand, Object.keys(orderStates) as PurchaseState[])
  const flagged = search.hinweise === '1'
  const before = rowId(search.before)
  const filter = { stand: state, hinweise: flagged ? '1' : null }

  const found = await adminRead(paths.adminOrders({ ...filter, suche: wanted }), async (ctx) => {
    const hit = wanted ? await getOrder(ctx, wanted) : null
    const orders = await listOrders(ctx, {
      ...(state && { states: [state] }),
      flagged,
      beforeId: before,
      limit: PAGE_SIZE + 1,
    })
    return { hit, orders }
  })
  if (found?.hit) redirect(paths.adminOrder(found.hit.order.id))
  const { shown, last } = cut(found?.orders ?? [])
  const narrowed = state !== null || flagged || before !== undefined
  return (
    <AdminPage title="Bestellungen" room="Bestellungen">
      <Filters action={paths.adminOrders()} active={narrowed || wanted !== null}>
        <FilterSelect
          name="stand"
          label="Stand"
          value={state}
          all="alle außer fremden"
          options={Object.entries(orderStates).map(([value, { text }]) => ({ value, text }))}
        />
        <FilterSearch name="suche" label="Nummer oder Sitzung" value={wanted} />
        <FilterTick name="hinweise" label="nur mit Hinweis" on={flagged} />
      </Filters>
      {wanted && found && (
        <Notice kind="wait" className="mb-4" role="status" title={`Keine Bestellung zu „${wanted}“.`}>
          <p>
            Gesucht wird nach Nummer (<span className="mono">W-2026-0117</span> oder <span className="mono">117</span>)
            oder Stripe-Sitzung (<span className="mono">cs_…</span>).
          </p>
        </Notice>
      )}
      {found ? (
        <>
          <DataTable
            id="bestellungen"
            caption={narrowed ? 'Bestellungen, gefiltert, neueste zuerst' : 'Bestellungen, neueste zuerst'}
            columns={columns}
            rows={shown}
            keyOf={(order) => order.id}
            empty={
              narrowed ? (
                <p>Zu diesem Filter gibt es keine Bestellung. Setze ihn zurück, um alle zu sehen.</p>
              ) : (
                <p>
                  Noch keine Bestellung. Sobald jemand auf der <Link href={paths.order()}>Bestellseite</Link> bezahlt,
                  steht sie hier: Stripe meldet die Zahlung, der Worker gleicht sie ab.
                </p>
              )
            }
          />
          <Pager
            newest={before ? paths.adminOrders(filter) : null}
            older={last && paths.adminOrders({ ...filter, before: last.id })}
          />
        </>
      ) : (
        <Unreachable />
      )}
    </AdminPage>
  )
}
