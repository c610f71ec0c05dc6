import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import Link from 'next/link'
import { readSearch } from '#app/_http/flash.ts'
import { paths } from '#app/_http/paths.ts'
import { adminRead } from '#app/admin/adminRead.ts'
import { eventColumns } from '#app/admin/ereignisse/eventColumns.tsx'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Lamp, When } from '#components/admin/Bits.tsx'
import { type Column, DataTable } from '#components/admin/DataTable.tsx'
import { eventKey } from '#components/admin/eventKey.ts'
import { letterState, orderState } from '#components/admin/words.ts'
import { money } from '#components/format.ts'
import { kindNames } from '#domain/mail/rules.ts'
import { type Found, searchPeople } from '#domain/operator/searchPeople.ts'
import type { LetterKind } from '#ports'

export const metadata: Metadata = { title: 'Suche' }

const people: Column<Found['people'][number]>[] = [
  {
    name: 'Adresse',
    heading: true,
    cell: (person) => (
      <Link href={paths.adminPerson(person.id)} prefetch={false}>
        {person.emailRaw}
      </Link>
    ),
  },
  { name: 'Name', wide: true, cell: (person) => person.name ?? '–' },
  { name: 'Dabei seit', nowrap: true, cell: (person) => <When at={person.createdAt} /> },
]
const orders: Column<Found['orders'][number]>[] = [
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
  { name: 'Stand', nowrap: true, cell: (order) => <Lamp word={orderState(order.state)} /> },
  { name: 'Betrag', number: true, cell: (order) => money(order.amountTotal, order.currency) },
  { name: 'Wer', wide: true, cell: (order) => [order.name, order.email].filter(Boolean).join(', ') || '–' },
  { name: 'Bestellt', nowrap: true, cell: (order) => <When at={order.createdAt} /> },
]
const letters: Column<Found['letters'][number]>[] = [
  {
    name: 'Mail',
    heading: true,
    cell: (letter) => (
      <Link href={paths.adminMail(letter.id)} prefetch={false}>
        {kindNames[letter.kind as LetterKind] ?? letter.kind}
      </Link>
    ),
  },
  { name: 'An', cell: (letter) => letter.toAddress },
  { name: 'Stand', nowrap: true, cell: (letter) => <Lamp word={letterState(letter.state)} /> },
  { name: 'Geschrieben', nowrap: true, cell: (letter) => <When at={letter.createdAt} /> },
]

/**
 * What the search field in the header found, when it was not exactly one thing. The text comes from a cookie, never
 * from the address.
 */
export default async function SearchPage() {
  const jar = await cookies()
  const found = await adminRead(paths.adminSearch(), async (ctx) => {
    const text = readSearch(jar, ctx.settings.siteUrl)
    return { text, hits: text ? await searchPeople(ctx, text) : null }
  })
  return (
    <AdminPage title="Suche" lead={found?.text ? `Gesucht: „${found.text}“` : undefined}>
      {found ? <Hits hits={found.hits} /> : <Unreachable />}
    </AdminPage>
  )
}

function Hits({ hits }: { hits: Found | null }) {
  const nothing = hits === null || Object.values(hits).every((rows) => rows.length === 0)
  if (nothing)
    return (
      <div className="admin-empty">
        <p>
          {hits === null ? 'Oben steht das Suchfeld. Es kennt' : 'Dazu gibt es nichts. Gesucht wird nach'} Adressen,
          Namen und ihren Anfängen, Bestellnummern (<span className="mono">W-2026-0117</span>), jeder Kennung von Stripe
          (<span className="mono">cs_ pi_ ch_ py_ re_ dp_ du_ in_ evt_</span>) und den Kennungen von Mails, Personen und
          Resend.
        </p>
      </div>
    )
  return (
    <div className="grid gap-8">
      {hits.people.length > 0 && (
        <DataTable
          id="personen"
          caption="Personen"
          columns={people}
          rows={hits.people}
          keyOf={(one) => one.id}
          empty=""
        />
      )}
      {hits.orders.length > 0 && (
        <DataTable
          id="bestellungen"
          caption="Bestellungen"
          columns={orders}
          rows={hits.orders}
          keyOf={(one) => one.id}
          empty=""
        />
      )}
      {hits.letters.length > 0 && (
        <DataTable id="mails" caption="Mails" columns={letters} rows={hits.letters} keyOf={(one) => one.id} empty="" />
      )}
      {hits.events.length > 0 && (
        <DataTable
          id="ereignisse"
          caption="Ereignisse"
          columns={eventColumns}
          rows={hits.events}
          keyOf={eventKey}
          empty=""
        />
      )}
    </div>
  )
}
