import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { adminRead, chosen, cut, PAGE_SIZE, pageFlash, rowId, type Search } from '#app/admin/adminRead.ts'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Lamp, When } from '#components/admin/Bits.tsx'
import { type Column, DataTable } from '#components/admin/DataTable.tsx'
import { FilterSelect, Filters, FilterTick, Pager } from '#components/admin/Filters.tsx'
import { accessWords } from '#components/admin/words.ts'
import { money } from '#components/format.ts'
import { type ListedPerson, listPeople } from '#domain/access/listPeople.ts'
import { type LessonSpan, lessonSpans } from '#domain/learning/lessonSpans.ts'
import { salesOf } from '#domain/sales/salesOf.ts'

export const metadata: Metadata = { title: 'Personen' }

const accesses = { offen: 'open', beendet: 'ended', nie: 'none' } as const

interface Row extends ListedPerson {
  orders: number
  sums: { cents: number; currency: string }[]
  lessons: LessonSpan | undefined
}

const columns: Column<Row>[] = [
  {
    name: 'Adresse',
    heading: true,
    cell: (person) => (
      <Link href={paths.adminPerson(person.id)} prefetch={false}>
        {person.emailRaw}
      </Link>
    ),
  },
  { name: 'Name', cell: (person) => person.name ?? '–' },
  { name: 'Zugang', nowrap: true, cell: (person) => <Lamp word={accessWords(person.access)} /> },
  { name: 'Käufe', number: true, cell: (person) => person.orders },
  {
    name: 'Geblieben',
    number: true,
    cell: (person) => person.sums.map(({ cents, currency }) => money(cents, currency)).join(' + ') || '–',
  },
  { name: 'Dabei seit', nowrap: true, cell: (person) => <When at={person.createdAt} /> },
  { name: 'Erste Anmeldung', nowrap: true, cell: (person) => <When at={person.firstLoginAt} /> },
  {
    name: 'Zuletzt gesehen',
    wide: true,
    cell: ({ lessons }) => (lessons?.last ? `Lektion ${lessons.last.number ?? '–'}, ${lessons.last.title}` : '–'),
  },
]

/** One list: its filters, its rows, its pager. */
export default async function PeoplePage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams
  const access = chosen(search.zugang, Object.keys(accesses) as (keyof typeof accesses)[])
  const never = search.nie === '1'
  const before = rowId(search.before)
  const filter = { zugang: access, nie: never ? '1' : null }
  const rows = await adminRead(paths.adminPeople(filter), async (ctx): Promise<Row[]> => {
    const people = await listPeople(ctx, {
      ...(access && { access: accesses[access] }),
      neverLoggedIn: never,
      beforeId: before,
      limit: PAGE_SIZE + 1,
    })
    const ids = people.map(({ id }) => id)
    const [sales, spans] = await Promise.all([salesOf(ctx, ids), lessonSpans(ctx, ids)])
    return people.map((person) => ({
      ...person,
      ...(sales.get(person.id) ?? { orders: 0, sums: [] }),
      lessons: spans.get(person.id),
    }))
  })
  const { shown, last } = cut(rows ?? [])
  const narrowed = access !== null || never || before !== undefined
  return (
    <AdminPage
      title="Personen"
      room="Personen"
      flash={await pageFlash(search)}
      lead="Jede mit ihrer Akte, von der Kasse bis zur letzten Lektion."
    >
      <Filters action={paths.adminPeople()} active={narrowed}>
        <FilterSelect
          name="zugang"
          label="Zugang"
          value={access}
          all="egal"
          options={[
            { value: 'offen', text: 'offen' },
            { value: 'beendet', text: 'beendet' },
            { value: 'nie', text: 'nie gehabt' },
          ]}
        />
        <FilterTick name="nie" label="nie angemeldet" on={never} />
      </Filters>
      {rows ? (
        <>
          <DataTable
            id="personen"
            caption={narrowed ? 'Personen, gefiltert, neueste zuerst' : 'Personen, neueste zuerst'}
            columns={columns}
            rows={shown}
            keyOf={(person) => person.id}
            empty={
              narrowed ? (
                <p>Zu diesem Filter gibt es niemanden. Setze ihn zurück, um alle zu sehen.</p>
              ) : (
                <p>Noch niemand. Mit der ersten bezahlten Bestellung legt der Worker die Person an.</p>
              )
            }
          />
          <Pager
            newest={before ? paths.adminPeople(filter) : null}
            older={last && paths.adminPeople({ ...filter, before: last.id })}
          />
        </>
      ) : (
        <Unreachable />
      )}
    </AdminPage>
  )
}
