import type PDFKit from 'pdfkit'
import type { NotePartItem, Stamp } from '#paper/draw/book.ts'
import { margins, right } from '#paper/draw/measures.ts'
import type { Pages } from '#paper/draw/pages.ts'
import { drawStamp } from '#paper/draw/stamp.ts'
import { tint } from '#paper/type/colors.ts'
import type { FaceFinder } from '#paper/type/faceFinder.ts'
import { baselineOf, drawLine } from '#paper/type/ink.ts'
import { type Line, type Setting, setLines } from '#paper/type/lines.ts'
import type { Words } from '#paper/type/words.ts'

/** Puts lines below each other and tags them for screen readers. What may be long stops after each page. */
export type BookPen = ReturnType<typeof createBookPen>

export interface Style {
  /** Left edge. */
  x?: number
  size?: number
  leading?: number
  /** The face of words without a mark of their own. */
  base?: string
  /** Left edges of the quotes' bars beside it. */
  bars?: number[]
}

/** Where a part of a note stands. */
export interface Place {
  x: number
  bars: number[]
}

type Struct = PDFKit.PDFStructureElement

const text = { size: 10, leading: 14.6 }
const code = { size: 9, leading: 13, inset: 8, pad: 5 }
const boxes = { true: '☑', false: '☐' }
/** From a list to its words, and to a list within it. */
export const STEP = 18

export function createBookPen(pages: Pages, finder: FaceFinder) {
  const { doc, face, tag, artifact } = pages
  let parent: Struct = pages.root
  const measure: Setting['measure'] = (words, name, size) => face(name).fontSize(size).widthOfString(words)

  function begin(type: string, into = parent): Struct {
    const struct = doc.struct(type)
    into.add(struct)
    return struct
  }

  function* paragraph(type: string, words: Words[], style: Style, into = parent): Generator<void> {
    const { x = margins.left, size = text.size, leading = text.leading, base, bars = [] } = style
    const struct = begin(type, into)
    const lines = setLines(words, { finder, measure, size, width: right - x, base })
    yield* writeLines(pages, struct, lines, { x, size, leading, bars })
    struct.end()
  }

  return {
    paragraph,
    rule(from: number, to: number, weight: number, color: string) {
      pages.room(20)
      const y = pages.y()
      artifact(() => void doc.moveTo(from, y).lineTo(to, y).lineWidth(weight).stroke(color))
    },
    /** A second, hanging left of what comes next. */
    stamp(stamp: Stamp, filled: boolean) {
      tag('P', () => drawStamp(doc, face, { ...stamp, filled, y: pages.y() }), parent)
    },
    *code(typed: string, { x, bars }: Place): Generator<void> {
      const { size, leading, inset, pad } = code
      const words = [{ text: typed, mono: true, preserve: true }]
      const lines = setLines(words, { finder, measure, size, width: right - x - 2 * inset })
      const under = (top: number, height: number) => void doc.rect(x, top - pad, right - x, height + 2 * pad).fill(tint)
      const struct = begin('Code')
      pages.room(2 * leading)
      yield* writeLines(pages, struct, lines, { x: x + inset, size, leading, bars, under })
      struct.end()
    },
    *list(items: NotePartItem[], place: Place): Generator<void> {
      const list = begin('L')
      for (const { mark, depth, words } of items) {
        pages.room(2 * text.leading)
        const [item, top, x] = [begin('LI', list), pages.y(), place.x + depth * STEP]
        const said = typeof mark === 'boolean' ? { text: boxes[`${mark}`] } : { text: mark, quiet: true }
        yield* paragraph('Lbl', [said], { x }, item)
        pages.moveTo(top)
        yield* paragraph('LBody', words, { x: x + STEP, bars: place.bars }, item)
        item.end()
        pages.gap(2, place.bars)
      }
      list.end()
    },
    /** What is drawn meanwhile belongs together. */
    *inside(type: string, work: () => Generator<void>): Generator<void> {
      const outer = parent
      parent = begin(type)
      yield* work()
      parent.end()
      parent = outer
    },
  }
}

interface Written extends Required<Pick<Style, 'x' | 'size' | 'leading' | 'bars'>> {
  /** Draws what lies under the lines of one page. */
  under?: (top: number, height: number) => void
}

/** Draws lines on this page and the next ones, as they fit, and stops after each page. */
function* writeLines(pages: Pages, struct: Struct, source: Iterator<Line>, style: Written): Generator<void> {
  const { doc, face, artifact } = pages
  const { x, size, leading, bars, under } = style
  const ahead = createAhead(source)
  while (ahead.reach(1).length > 0) {
    const places = pages.linesLeft(leading)
    const count = linesThatFit(places, ahead.reach(places + 2).length, pages.isFresh())
    if (count === 0) {
      pages.newPage()
      continue
    }
    const top = pages.y()
    pages.moveTo(top + count * leading)
    if (under || bars.length > 0)
      artifact(() => {
        under?.(top, count * leading)
        pages.drawBars(bars, top)
      })
    struct.add(() => {
      for (const [index, line] of ahead.take(count).entries())
        drawLine(doc, face, line, { x, baseline: baselineOf(top, size, leading) + index * leading, size })
    })
    yield
  }
}

/** Lines are set when they are needed, so that the longest paragraph costs a page at a time. */
function createAhead(source: Iterator<Line>) {
  const lines: Line[] = []
  return {
    /** The next lines, as many as there are. */
    reach(count: number): Line[] {
      while (lines.length < count) {
        const { done, value } = source.next()
        if (done) break
        lines.push(value)
      }
      return lines
    },
    take: (count: number) => lines.splice(0, count),
  }
}

/** How many of these lines to put on this page: no line stands alone at its foot, none alone at the top of the next. */
function linesThatFit(places: number, lines: number, isFresh: boolean): number {
  if (places >= lines) return lines
  const count = lines - places === 1 && places > 2 ? places - 1 : places
  return count < 2 && !isFresh ? 0 : Math.max(1, count)
}
