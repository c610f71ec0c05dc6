import { beforeAll, expect, test } from 'vitest'
import { createPaper, type Paper } from '#paper/draw/paper.ts'
import type { NotebookEntry, NotebookFacts } from '#ports'
import { readPdf } from '#tests/kit/pdf.ts'
import { notebookPdf } from './notebook.ts'

let paper: Paper
beforeAll(() => {
  paper = createPaper(process.cwd())
})

const entry = (change: Partial<NotebookEntry> = {}): NotebookEntry => ({
  ...{ second: 187.4, body: 'Luft ans **Ende**', copyOf: null },
  ...change,
})
const pageOf = (notes: NotebookEntry[]): NotebookFacts['chapters'][number]['lessons'][number] => ({
  lesson: { slug: 'puffer', number: 16, title: 'Puffer' },
  notes,
  bookmarks: [entry({ second: 61, body: '' }), entry({ second: 3725, body: 'Der *Satz*' })],
  checklist: [
    { text: 'Der Puffer hat einen Namen.', ticked: true },
    { text: 'Er darf übrig bleiben.', ticked: false },
  ],
})
const book = (notes: NotebookEntry[], change: Partial<NotebookFacts> = {}): NotebookFacts => ({
  name: 'Anna Amsel',
  courseTitle: 'Die Produktivitäts-Werkstatt',
  at: new Date('2026-11-25T23:30:00Z'),
  filter: { module: null, kind: 'alles', text: '' },
  chapters: [{ module: { number: 3, title: 'Messen' }, lessons: [pageOf(notes)] }],
  ...change,
})
async function print(facts: NotebookFacts): Promise<{ bytes: Buffer; chunks: number }> {
  const chunks: Uint8Array[] = []
  const file = await notebookPdf(paper, facts, { siteUrl: 'https://kurs.example' })
  for await (const chunk of file.chunks) chunks.push(chunk)
  return { bytes: Buffer.concat(chunks), chunks: chunks.length }
}
const read = async (facts: NotebookFacts) => readPdf((await print(facts)).bytes)

test('the book says whose it is, of which day and course, and what was written where', async () => {
  const { text, pages, info } = await read(book([entry(), entry({ second: null, body: 'Noch einmal ansehen' })]))
  for (const words of [
    'Mein Werkstatt-Heft',
    'Anna Amsel',
    '26. NOVEMBER 2026',
    'zum Kurs „Die Produktivitäts-Werkstatt“',
    '3 · Messen Lektion 16: Puffer',
    '3:07 Luft ans Ende',
    'Ganze Lektion Noch einmal ansehen',
    '1:01 Merkstelle',
    '1:02:05 Merkstelle: Der *Satz*',
    'Checkliste, 1 von 2 abgehakt',
    '☑ Der Puffer hat einen Namen.',
    '☐ Er darf übrig bleiben.',
    'Seite 1',
  ])
    expect(text).toContain(words)
  expect(pages).toBe(1)
  expect(info).toMatchObject({ Title: 'Mein Werkstatt-Heft', Author: 'Anna Amsel', Language: 'de-DE' })
})

test('a filter is named, without a name there is none, and an empty book says what will stand there', async () => {
  const empty = await read(book([], { name: null, chapters: [] }))
  expect(empty.text).toContain('Noch ist das Heft leer. Hier liegt alles, was du unter einem Film aufschreibst')
  expect(empty.text).not.toMatch(/Auswahl|null/)
  const filter = { module: { number: 3, title: 'Messen' }, kind: 'notizen' as const, text: 'Puffer' }
  const none = await read(book([], { filter, chapters: [] }))
  expect(none.text).toContain('Auswahl: Modul 3 · Messen, nur Notizen, worin „Puffer“ steht')
  expect(none.text).toContain('Dazu steht nichts im Heft.')
  const former = { ...pageOf([entry({ body: 'Von früher' })]), lesson: null }
  const { text } = await read(book([], { chapters: [{ module: null, lessons: [former] }] }))
  expect(text).toContain('Frühere Lektionen Eine Lektion, die es nicht mehr gibt 3:07 Von früher')
})

test.each([
  'Łukasz, Олена, Ιωάννης, 漢字、かな, 한국어',
  'ภาษาไทย',
  'weiter → fertig ✓ nicht ✗ ≤ 3 ★',
  '🎉 ganz 🪚 fein',
])('%s is printed', async (body) => {
  const { text } = await read(book([entry({ body })]))
  expect(text.replace(/\s/g, '')).toContain(body.replace(/\s/g, ''))
})

test('words from right to left stand in their order; a character of no face and a half one stop nothing', async () => {
  const { text } = await read(book([entry({ body: 'שלום עולם' }), entry({ body: 'فاطمة الزهراء' })]))
  for (const word of ['שלום', 'עולם']) expect(text).toContain(word)
  expect((await read(book([entry({ body: 'الصفحة ٤٥٦' })]))).text).toContain('٤٥٦')
  for (const body of ['𓀀 Ende', '\ud83d Ende', 'a\u0000b\u202e Ende', '₂ Ende', '\u0301\u200d Ende'])
    expect((await read(book([entry({ body })]))).text).toContain('Ende')
})

test('a long note runs over many pages, and no word of it is lost', async () => {
  const words = Array.from({ length: 3_000 }, (_, at) => `wort${at}`)
  const { text, pages } = await read(book([entry({ body: words.join(' ') })]))
  expect(pages).toBeGreaterThan(5)
  const found = new Set(text.split(' '))
  expect(words.filter((word) => !found.has(word))).toEqual([])
})

test('the same book always has the same bytes, whatever was printed before it', async () => {
  const [first, , again] = [
    await print(book([entry()])),
    await print(book([entry({ body: 'Ganz andere Wörter 漢' })])),
    await print(book([entry()])),
  ]
  expect(first.bytes.equals(again.bytes)).toBe(true)
})

test('a thousand notes come in chunks, and others get their turn meanwhile', async () => {
  const notes = Array.from({ length: 1_000 }, (_, at) =>
    entry({ second: at, body: `Notiz ${at}: **fett** und \`Code\`\n- eins\n- zwei\n\n> Satz\n\nEnde.` }),
  )
  let turns = 0
  const ticking = setInterval(() => turns++, 1)
  const { bytes, chunks } = await print(book(notes))
  clearInterval(ticking)
  expect(chunks).toBeGreaterThan(5)
  expect(turns).toBeGreaterThan(5)
  const { text, pages } = await readPdf(bytes)
  expect([text.includes('Notiz 999:'), pages > 80]).toEqual([true, true])
}, 60_000)

test.each([
  '*',
  '> ',
  '- ',
  'x',
  'wort ',
  '🎉',
  'א ',
  'ب',
  'a\n',
  'a\n\n',
  '`a` ',
  '```\n',
  '\u0301',
  '𓀀',
  ' ',
  'א(',
  '\u2067א',
  'א\u202b',
])(
  '20,000 characters of %j are a book too',
  async (pattern) => {
    const body = pattern.repeat(Math.ceil(20_000 / pattern.length)).slice(0, 20_000)
    expect((await print(book([entry({ body })]))).bytes.subarray(-6).toString()).toContain('%%EOF')
  },
  20_000,
)
