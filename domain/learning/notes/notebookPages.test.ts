import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findNotes } from './findNotes.ts'
import { PAGE_CHARACTERS, PAGE_ENTRIES, pageNumber, paginate } from './notebookPages.ts'
import { arrangeFound, type NotebookData, type PlacedNote, readFilter } from './notebookRules.ts'

type Sized = PlacedNote & { size: number }

const frame: Omit<NotebookData, 'notes'> = {
  modules: [
    { id: 'm1', number: 1, title: 'Messen' },
    { id: 'm2', number: 2, title: 'Ordnen' },
  ],
  lessons: ['a', 'b', 'c', 'd'].map((id, index) => ({
    ...{ id, slug: id, number: index + 1, title: `Lektion ${id}`, moduleId: index < 2 ? 'm1' : 'm2' },
    checklist: [{ item: id, text: 'Der Puffer hat einen Namen.', ticked: false }],
  })),
}

const book = fc.array(
  fc.record({
    lessonId: fc.constantFrom('a', 'b', 'c', 'd', 'weg'),
    kind: fc.constantFrom('note' as const, 'bookmark' as const),
    second: fc.option(fc.integer({ min: 0, max: 500 })),
    size: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 20_000 })),
  }),
  { maxLength: 300 },
)

test('every entry of a book stands on one page, in order, and no page is too much', () => {
  fc.assert(
    fc.property(book, (entries) => {
      const notes = entries.map((entry, at): Sized => ({ ...entry, id: String(at), createdAt: '2026-11-30T10:00:00Z' }))
      const chapters = arrangeFound({ ...frame, notes }, readFilter({}))
      const pages = paginate(chapters, ({ size }) => size)
      const idsOf = (of: typeof chapters) =>
        of.flatMap(({ lessons }) => lessons.flatMap((one) => [...one.notes, ...one.bookmarks].map(({ id }) => id)))
      expect(pages.flatMap((page) => idsOf(page.chapters))).toEqual(idsOf(chapters))
      for (const [index, { chapters: on, continues }] of pages.entries()) {
        const lessons = on.flatMap((chapter) => chapter.lessons)
        const here = lessons.flatMap((one) => [...one.notes, ...one.bookmarks])
        const items = lessons.flatMap((one) => one.checklist)
        const characters = here.reduce((sum, { size }) => sum + size, 0)
        expect(here.length + items.length).toBeLessThanOrEqual(PAGE_ENTRIES)
        if (here.length > 1) expect(characters).toBeLessThanOrEqual(PAGE_CHARACTERS)
        const before = pages[index - 1]?.chapters.at(-1)?.lessons.at(-1)?.id
        expect(continues).toBe(before !== undefined && before === lessons[0]?.id ? before : null)
      }
    }),
  )
})

test('an empty book has one page, and an address that names none gets the nearest', () => {
  expect(paginate([], () => 0)).toEqual([{ chapters: [], continues: null }])
  expect([undefined, '0', '-3', '2', '99', '1.5', 'x', ['3', '4']].map((asked) => pageNumber(asked, 7))).toEqual([
    1, 1, 1, 2, 7, 1, 1, 3,
  ])
})

test('words are found in texts and in lesson titles, whatever their case and accents, between other people’s turns', async () => {
  const note = (id: string, lessonId: string, body: string) => ({ id, lessonId, body })
  const notes = [note('1', 'a', 'Größe'), note('2', 'b', 'nichts'), note('3', 'c', 'GROSSE Sache'), note('4', 'a', '')]
  const idsOf = async (text: string) => (await findNotes({ ...frame, notes }, text)).map(({ id }) => id)
  expect(await idsOf('grosse')).toEqual(['1', '3'])
  expect(await idsOf('lektion b')).toEqual(['2'])
  expect(await idsOf('')).toEqual(['1', '2', '3', '4'])
  let turns = 0
  const others = setInterval(() => turns++)
  await findNotes(
    { ...frame, notes: Array.from({ length: 200 }, () => note('x', 'a', 'Wörter '.repeat(2_800))) },
    'wört',
  )
  clearInterval(others)
  expect(turns).toBeGreaterThan(2)
})
