import { longDate } from '#domain/calendar/germanWords.ts'
import type { Book, BookPart } from '#paper/draw/book.ts'
import type { Paper } from '#paper/draw/paper.ts'
import { noteParts } from '#paper/sheets/notes.ts'
import type { NotebookEntry, NotebookFacts, StreamedFile } from '#ports'

type Page = NotebookFacts['chapters'][number]['lessons'][number]

const kinds = { alles: null, notizen: 'nur Notizen', merkstellen: 'nur Merkstellen', haken: 'nur offene Haken' }

/** „Mein Werkstatt-Heft“ as a PDF; each note is read when its page is drawn. */
export async function notebookPdf(
  paper: Paper,
  facts: NotebookFacts,
  { siteUrl }: { siteUrl: string },
): Promise<StreamedFile> {
  const title = 'Mein Werkstatt-Heft'
  const at = longDate(facts.at)
  const filtered = filterWords(facts.filter)
  const book: Book = {
    title,
    stub: ['WERKSTATT-HEFT', `STAND ${at.toUpperCase()}`],
    lead: [
      ...(facts.name ? [[{ text: facts.name, bold: true }]] : []),
      ...(filtered ? [[{ text: `Auswahl: ${filtered}`, quiet: true }]] : []),
    ],
    parts: partsOf(facts, siteUrl),
    foot: [`${title} zum Kurs „${facts.courseTitle}“`, `Stand ${at}, ${siteUrl}/heft`],
    author: facts.name ?? facts.courseTitle,
    createdAt: facts.at,
  }
  return { filename: 'werkstatt-heft.pdf', contentType: 'application/pdf', chunks: await paper.book(book) }
}

function filterWords({ module, kind, text }: NotebookFacts['filter']): string {
  const chapter = module && (module === 'former' ? 'Frühere Lektionen' : `Modul ${module.number} · ${module.title}`)
  return [chapter, kinds[kind], text && `worin „${text}“ steht`].filter(Boolean).join(', ')
}

function* partsOf(facts: NotebookFacts, siteUrl: string): Generator<BookPart> {
  if (facts.chapters.length === 0) yield { kind: 'p', words: [{ text: emptyWords(facts) }] }
  for (const { module, lessons } of facts.chapters) {
    yield { kind: 'chapter', text: module ? `${module.number} · ${module.title}` : 'Frühere Lektionen' }
    for (const page of lessons) yield* pageParts(page, siteUrl)
  }
}

const emptyWords = ({ filter }: NotebookFacts): string =>
  filterWords(filter) === ''
    ? 'Noch ist das Heft leer. Hier liegt alles, was du unter einem Film aufschreibst, dir merkst oder abhakst, mit der Sekunde, zu der es gehört.'
    : 'Dazu steht nichts im Heft.'

function* pageParts({ lesson, notes, bookmarks, checklist }: Page, siteUrl: string): Generator<BookPart> {
  yield {
    kind: 'lesson',
    text: lesson ? `Lektion ${lesson.number}: ${lesson.title}` : 'Eine Lektion, die es nicht mehr gibt',
  }
  const stamp = (second: number) => ({
    text: filmTime(second),
    href: lesson && `${siteUrl}/lektionen/${encodeURIComponent(lesson.slug)}?t=${Math.floor(second)}`,
  })
  for (const { second, body, copyOf } of notes)
    yield {
      kind: 'note',
      stamp: second === null ? null : stamp(second),
      label: [second === null && 'Ganze Lektion', copyOf && 'Fassung aus einem anderen Fenster']
        .filter(Boolean)
        .join(' · '),
      parts: noteParts(body),
    }
  for (const bookmark of bookmarks)
    yield { kind: 'bookmark', stamp: stamp(bookmark.second ?? 0), words: bookmarkWords(bookmark) }
  if (checklist.length > 0) yield { kind: 'checklist', label: checklistLabel(checklist), items: checklist }
}

/** Second → „3:07“, as the player says it. */
function filmTime(second: number): string {
  const [hours, minutes, seconds] = [second / 3600, (second / 60) % 60, second % 60].map(Math.floor)
  const two = (value: number | undefined) => String(value).padStart(2, '0')
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
}

const bookmarkWords = ({ body }: NotebookEntry) =>
  body.trim() === '' ? [{ text: 'Merkstelle', quiet: true }] : [{ text: 'Merkstelle: ', quiet: true }, { text: body }]

const checklistLabel = (items: Page['checklist']) =>
  `Checkliste, ${items.filter(({ ticked }) => ticked).length} von ${items.length} abgehakt`
