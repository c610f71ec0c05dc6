import { setImmediate as breathe } from 'node:timers/promises'
import type PDFKit from 'pdfkit'
import type { Book, BookPart, NotePart } from '#paper/draw/book.ts'
import { type BookPen, createBookPen, type Place, STEP } from '#paper/draw/bookPen.ts'
import { endDocument, takeBytes } from '#paper/draw/bytes.ts'
import { drawTitle } from '#paper/draw/headAndFoot.ts'
import { margins, right } from '#paper/draw/measures.ts'
import { createPages, type Pages } from '#paper/draw/pages.ts'
import { ink, line } from '#paper/type/colors.ts'
import type { FaceFinder } from '#paper/type/faceFinder.ts'

/** So long one book may keep a processor before others get their turn. */
const SLICE_MS = 12

/** Left of the notes hang their seconds. */
const notes: Place = { x: margins.left + 52, bars: [] }

/** The PDF's bytes as pages become full: a long book is never whole in memory, and never in anybody's way for long. */
export async function* drawBook(doc: PDFKit.PDFDocument, book: Book, finder: FaceFinder): AsyncGenerator<Buffer> {
  const pages = createPages(doc, finder, book)
  let since = performance.now()
  for (const _step of drawing(pages, createBookPen(pages, finder), book)) {
    if (performance.now() - since < SLICE_MS) continue
    const bytes = takeBytes(doc)
    if (bytes.length > 0) yield bytes
    await breathe()
    since = performance.now()
  }
  pages.finish()
  yield endDocument(doc)
}

function* drawing(pages: Pages, pen: BookPen, book: Book): Generator<void> {
  drawTitle(pages, book)
  pages.moveTo(margins.top + 80)
  for (const words of book.lead) yield* pen.paragraph('P', words, { size: 11, leading: 16 })
  pages.gap(8)
  for (const part of book.parts) yield* drawPart(pages, pen, part)
}

function* drawPart(pages: Pages, pen: BookPen, part: BookPart): Generator<void> {
  switch (part.kind) {
    case 'chapter':
      return yield* drawChapter(pages, pen, part.text)
    case 'lesson':
      pages.gap(15)
      // A heading never stands alone at the foot of a page.
      pages.room(70)
      pages.lesson(part.text)
      return yield* pen.paragraph('H3', [{ text: part.text, bold: true }], { size: 11.5, leading: 16 })
    case 'p':
      pages.gap(10)
      return yield* pen.paragraph('P', part.words, {})
    case 'note':
      pages.gap(10)
      pages.room(52)
      if (part.stamp) pen.stamp(part.stamp, true)
      if (part.label) yield* drawLabel(pen, part.label)
      return yield* drawParts(pages, pen, part.parts, notes)
    case 'bookmark':
      pages.gap(7)
      pages.room(30)
      pen.stamp(part.stamp, false)
      return yield* pen.paragraph('P', part.words, notes)
    case 'checklist':
      pages.gap(10)
      pages.room(52)
      yield* drawLabel(pen, part.label)
      return yield* pen.list(part.items.map(checklistItem), notes)
  }
}

const drawLabel = (pen: BookPen, text: string) => pen.paragraph('P', [{ text, quiet: true }], { ...notes, size: 9 })

const checklistItem = ({ ticked, text }: { ticked: boolean; text: string }) => ({
  ...{ mark: ticked, depth: 0 },
  words: [{ text, quiet: ticked }],
})

function* drawChapter(pages: Pages, pen: BookPen, text: string): Generator<void> {
  pages.gap(26)
  pages.room(120)
  pages.chapter(text)
  pen.rule(margins.left, right, 1.4, ink)
  pages.gap(7)
  yield* pen.paragraph('H2', [{ text }], { size: 16, leading: 20, base: 'heading' })
}

function* drawParts(pages: Pages, pen: BookPen, parts: NotePart[], place: Place): Generator<void> {
  const { x, bars } = place
  for (const [index, part] of parts.entries()) {
    if (index > 0) pages.gap(part.kind === 'heading' ? 9 : 6, bars)
    switch (part.kind) {
      case 'p':
        yield* pen.paragraph('P', part.words, place)
        break
      case 'heading': {
        // The structure knows the book's own headings only: whoever jumps from one to the next wants lessons.
        pages.room(44)
        const words = part.words.map((word) => ({ ...word, bold: true }))
        yield* pen.paragraph('P', words, { ...place, size: 11, leading: 16 })
        break
      }
      case 'list':
        yield* pen.list(part.items, place)
        break
      case 'quote':
        yield* pen.inside('BlockQuote', () =>
          drawParts(pages, pen, part.parts, { x: x + STEP - 4, bars: [...bars, x + 1] }),
        )
        break
      case 'code':
        pages.gap(6, bars)
        yield* pen.code(part.text, place)
        pages.gap(6, bars)
        break
      case 'rule':
        pages.gap(5, bars)
        pen.rule(x, x + 60, 0.7, line)
        pages.gap(5, bars)
    }
  }
}
