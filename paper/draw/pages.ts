import type PDFKit from 'pdfkit'
import { drawHeadAndFoot } from '#paper/draw/headAndFoot.ts'
import { margins, page } from '#paper/draw/measures.ts'
import { createPen } from '#paper/draw/pen.ts'
import { yellow } from '#paper/type/colors.ts'
import type { FaceFinder } from '#paper/type/faceFinder.ts'
import { forgetLayouts } from '#paper/type/fonts.ts'
import { createSetter, facesOf } from '#paper/type/setter.ts'

/** Pages after which the layout of words is forgotten. */
const PAGES_PER_CACHE = 10
const bottom = page.height - margins.bottom

export type Pages = ReturnType<typeof createPages>

/** Knows where the next line goes and opens pages; a full page gets head and foot, and its bytes can then be taken. */
export function createPages(doc: PDFKit.PDFDocument, finder: FaceFinder, book: { title: string; foot: string[] }) {
  const placed = new Set<string>()
  let [y, number] = [margins.top, 1]
  let [chapter, above] = ['', '']
  let entry: PDFKit.PDFOutline | null = null

  const face = facesOf(doc, finder, placed)
  for (const name of ['text', 'bold', 'heading', 'mono']) face(name)
  const setter = createSetter(doc, finder, face)
  const { root, tag, artifact } = createPen(doc, setter)

  const endPage = () => {
    const head = number > 1 ? { left: book.title, right: above } : null
    drawHeadAndFoot(doc, setter, { head, foot: book.foot, page: `Seite ${number}` })
  }
  const newPage = () => {
    endPage()
    doc.addPage()
    if (number % PAGES_PER_CACHE === 0) forgetLayouts(doc, placed)
    number++
    y = margins.top
    above = chapter
  }
  /** The bars of quotes, down to where the next line goes. */
  const drawBars = (bars: number[], from: number) => {
    for (const x of bars) doc.moveTo(x, from).lineTo(x, y).lineWidth(2.2).stroke(yellow)
  }
  return {
    ...{ doc, root, tag, artifact, face, newPage, drawBars },
    y: () => y,
    moveTo(next: number) {
      y = next
    },
    isFresh: () => y === margins.top,
    linesLeft: (leading: number) => Math.floor((bottom - y) / leading),
    /** A new page unless so many points are left. */
    room(points: number) {
      if (y + points > bottom) newPage()
    },
    /** Space, but not at the top of a page. */
    gap(points: number, bars: number[] = []) {
      if (y === margins.top) return
      const from = y
      y = Math.min(bottom, y + points)
      if (bars.length > 0) artifact(() => drawBars(bars, from))
    },
    chapter(title: string) {
      chapter = title
      if (y === margins.top) above = title
      entry = doc.outline.addItem(title)
    },
    lesson: (title: string) => void (entry ?? doc.outline).addItem(title),
    finish() {
      endPage()
      root.end()
    },
  }
}
