import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { adminRead, chosen, cut, PAGE_SIZE, pageFlash, rowId, type Search } from '#app/admin/adminRead.ts'
import { Repairs } from '#app/admin/Repairs.tsx'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Lamp, When } from '#components/admin/Bits.tsx'
import { type Column, DataTable } from '#components/admin/DataTable.tsx'
import { FilterSelect, Filters, Pager } from '#components/admin/Filters.tsx'
import { Live } from '#components/admin/Live.tsx'
import { letterState, letterStates } from '#components/admin/words.ts'
import { type LetterRow, listLetters } from '#domain/mail/listLetters.ts'
import { kindNames, type LetterState } from '#domain/mail/rules.ts'
import type { LetterKind } from '#ports'

export const metadata: Metadata = { title: 'Mails' }

const columns: Column<LetterRow>[] = [
  {
    name: 'Mail',
    heading: true,
    nowrap: true,
    cell: (letter) => (
      <Link href={paths.adminMail(letter.id)} prefetch={false}>
        {kindNames[letter.kind as LetterKind] ?? letter.kind}
      </Link>
    ),
  },
  { name: 'An', cell: (letter) => letter.toAddress },
  { name: 'Stand', nowrap: true, cell: (letter) => <Lamp word={letterState(letter.state)} /> },
  { name: 'Geschrieben', nowrap: true, cell: (letter) => <When at={letter.createdAt} /> },
  { name: 'Übergeben', nowrap: true, cell: (letter) => <When at={letter.handedOverAt} /> },
  { name: 'Zugestellt', nowrap: true, cell: (letter) => <When at={letter.deliveredAt} /> },
  { name: 'Versuche', number: true, cell: (letter) => letter.attempts },
  { name: 'Grund', wide: true, cell: (letter) => letter.reason ?? '–' },
]

export default async function MailsPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams
  const state = chosen(search.stand, Object.keys(letterStates) as LetterState[])
  const kind = chosen(search.art, Object.keys(kindNames) as LetterKind[])
  const before = rowId(search.before)
  const filter = { stand: state, art: kind }
  const letters = await adminRead(paths.adminMails(filter), (ctx) =>
    listLetters(ctx, { state: state ?? undefined, kind: kind ?? undefined, beforeId: before, limit: PAGE_SIZE + 1 }),
  )
  const flash = await pageFlash(search)
  const { shown, last } = cut(letters ?? [])
  const causes = [
    ...new Set(shown.flatMap(({ state, parkedFor }) => (state === 'parked' && parkedFor ? parkedFor : []))),
  ]
  const narrowed = state !== null || kind !== null || before !== undefined
  return (
    <AdminPage title="Mails" room="Mails" flash={flash}>
      <Live active={shown.some(({ state }) => state === 'queued' || state === 'handed_over' || state === 'sent')} />
      <Filters action={paths.adminMails()} active={narrowed}>
        <FilterSelect
          name="stand"
          label="Stand"
          value={state}
          all="alle"
          options={Object.entries(letterStates).map(([value, { text }]) => ({ value, text }))}
        />
        <FilterSelect
          name="art"
          label="Art"
          value={kind}
          all="alle"
          options={Object.entries(kindNames).map(([value, text]) => ({ value, text }))}
        />
      </Filters>
      {letters ? (
        <>
          <Repairs
            back={paths.adminMails(filter)}
            refused={flash}
            repairs={causes.map((cause) => ({ kind: 'retry-parked', cause }))}
          />
          <DataTable
            id="mails"
            caption={narrowed ? 'Mails, gefiltert, neueste zuerst' : 'Mails, neueste zuerst'}
            columns={columns}
            rows={shown}
            keyOf={(letter) => letter.id}
            empty={
              narrowed ? (
                <p>Zu diesem Filter gibt es keine Mail. Setze ihn zurück, um alle zu sehen.</p>
              ) : (
                <p>
                  Noch keine Mail. Jede Bestellung und jede Anmeldung schreibt eine; ihr Weg bis ins Postfach steht dann
                  hier.
                </p>
              )
            }
          />
          <Pager
            newest={before ? paths.adminMails(filter) : null}
            older={last && paths.adminMails({ ...filter, before: last.id })}
          />
        </>
      ) : (
        <Unreachable />
      )}
    </AdminPage>
  )
}
