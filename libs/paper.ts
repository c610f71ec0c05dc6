import { readFileSync } from 'node:fs'
import path from 'node:path'
import type PDFKit from 'pdfkit'
import { type Face, type FontName, openFaces, placeFaces } from '#libs/paperFonts.ts'

/** A run of words in one style. */
export interface Words {
  text: string
  bold?: boolean
  mono?: boolean
  /** Full address; it is also shown, because paper cannot be clicked. */
  href?: string
}

interface HeadingBlock {
  kind: 'h2' | 'h3'
  text: string
  newPage?: boolean
}

export type Block =
  | HeadingBlock
  | { kind: 'p'; words: Words[]; quiet?: boolean }
  | { kind: 'list'; ordered: boolean; items: Words[][] }
  /** To be filled in by hand: each item is followed by a line to write on. */
  | { kind: 'form'; items: Words[][] }
  | { kind: 'table'; head: string[]; rows: string[][] }
  /** Lines of a ticket: name left, value right. */
  | { kind: 'lines'; rows: [string, string][] }

export interface Sheet {
  title: string
  /** Left and right half of the stub; the right one is stamped. */
  stub: [string, string]
  stamped?: boolean
  blocks: Block[]
  /** Who stands behind it, at the foot of each page. */
  foot: string[]
  author: string
  /** Instead of the clock: the same sheet always has the same bytes. */
  createdAt: Date
}

const ink = '#1D1B19'
const muted = '#5A5248'
const line = '#8F8474'
const yellow = '#F2B632'
const green = '#2B6338'
const blue = '#1F4E79'

const mm = 72 / 25.4
const page = { width: 595.28, height: 841.89 }
const margins = { top: 74, bottom: 80, left: 70, right: 92 }
const width = page.width - margins.left - margins.right
const right = page.width - margins.right
const body = { size: 10, gap: 2.7 }

type OpenFonts = Record<FontName, Face> & { supports(text: string): boolean }

/** Draws sheets that look like our Laufzettel; see `emails/fonts/README.md` for the type. */
export interface Paper {
  /** The PDF's bytes: tagged, German, the same for the same sheet. */
  print(sheet: Sheet): Promise<Buffer>
  /** Whether our type has every letter of this text. */
  canWrite(text: string): Promise<boolean>
}

/** `root` is the project's folder: bundles move, fonts do not. Nothing is loaded before the first sheet. */
export function createPaper(root: string): Paper {
  let opened: Promise<{ kit: typeof PDFKit; fonts: OpenFonts }> | null = null
  const open = () => {
    opened ??= openKit(root)
    return opened
  }
  return {
    async print(sheet) {
      const { kit, fonts } = await open()
      return draw(new kit(optionsOf(sheet)), sheet, fonts)
    },
    canWrite: async (text) => (await open()).fonts.supports(text),
  }
}

async function openKit(root: string): Promise<{ kit: typeof PDFKit; fonts: OpenFonts }> {
  const { default: kit } = await import('pdfkit')
  const fonts = openFaces(kit, (file) => readFileSync(path.join(root, 'emails', 'fonts', `${file}.ttf`)))
  const supports = (text: string) => [...text].every((letter) => fonts.text.letters.has(letter.codePointAt(0) ?? 0))
  return { kit, fonts: { ...fonts, supports } }
}

const optionsOf = (sheet: Sheet): PDFKit.PDFDocumentOptions => ({
  size: 'A4',
  margins,
  pdfVersion: '1.7',
  lang: 'de-DE',
  tagged: true,
  displayTitle: true,
  bufferPages: true,
  // Any default would be opened for every document.
  font: null as unknown as string,
  info: {
    Title: sheet.title,
    Author: sheet.author,
    Creator: 'Die Produktivitäts-Werkstatt',
    Producer: 'Die Produktivitäts-Werkstatt',
    CreationDate: sheet.createdAt,
    ModDate: sheet.createdAt,
  },
})

function draw(doc: PDFKit.PDFDocument, sheet: Sheet, fonts: OpenFonts): Promise<Buffer> {
  const chunks: Buffer[] = []
  const whole = new Promise<Buffer>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', () => resolve(Buffer.concat(chunks)))
    doc.on('error', reject)
  })
  placeFaces(doc, fonts)
  const pen = createPen(doc)
  head(pen, sheet)
  for (const block of sheet.blocks) pen.block(block)
  const { count } = doc.bufferedPageRange()
  for (let number = 1; number <= count; number++) frame(doc, sheet, number, count)
  pen.root.end()
  doc.end()
  return whole
}

/** What repeats on each page and is no content: the folding rule on top, contact and page number below. */
function frame(doc: PDFKit.PDFDocument, sheet: Sheet, number: number, count: number): void {
  doc.switchToPage(number - 1)
  const margin = doc.page.margins.bottom
  doc.page.margins.bottom = 0 // or the foot would ask for a new page
  doc.markContent('Artifact', { type: 'Pagination' })
  foldingRule(doc)
  if (number > 1) {
    doc.font('bold').fontSize(8).fillColor(muted)
    doc.text('Die Produktivitäts-Werkstatt', margins.left, 36, { width, lineBreak: false })
    doc.font('text').text(sheet.title, margins.left, 36, { width, align: 'right', lineBreak: false })
  }
  const top = page.height - margin + 26
  dashes(doc, top)
  doc.font('text').fontSize(8).fillColor(muted)
  sheet.foot.forEach((text, index) => {
    doc.text(text, margins.left, top + 10 + index * 11, { width: width - 90, lineBreak: false })
  })
  const pages = `Seite ${number} von ${count}`
  doc
    .font('mono')
    .fontSize(8)
    .text(pages, right - 90, top + 10, { width: 90, align: 'right', lineBreak: false })
  doc.endMarkedContent()
  doc.page.margins.bottom = margin
}

/** A band of the Zollstock: a tick every 5 mm, a long one every 5 cm. */
function foldingRule(doc: PDFKit.PDFDocument): void {
  const height = 15
  doc.rect(0, 0, page.width, height).fill(yellow)
  for (let at = 1; at * 5 * mm < page.width; at++) {
    const x = at * 5 * mm
    const length = at % 10 === 0 ? 9 : at % 2 === 0 ? 5.5 : 3.5
    doc.moveTo(x, height).lineTo(x, height - length)
  }
  doc.lineWidth(0.6).stroke(ink)
}

const dashes = (doc: PDFKit.PDFDocument, y: number) =>
  doc.moveTo(margins.left, y).lineTo(right, y).lineWidth(1).dash(4, { space: 3 }).stroke(line).undash()

type Pen = ReturnType<typeof createPen>

function head(pen: Pen, sheet: Sheet): void {
  const { doc } = pen
  pen.tag('P', () => {
    doc.font('bold').fontSize(9.5).fillColor(ink).text('Die Produktivitäts-Werkstatt', margins.left, 40)
  })
  const top = 62
  pen.artifact(() => {
    dashes(doc, top)
    dashes(doc, top + 30)
  })
  pen.tag('P', () => {
    doc.font('mono').fontSize(10).fillColor(ink)
    doc.text(sheet.stub[0], margins.left, top + 10, { width, lineBreak: false })
  })
  stamp(pen, sheet.stub[1], top + 15, sheet.stamped ?? false)
  pen.tag('H1', () => {
    doc.font('heading').fontSize(23).fillColor(ink)
    doc.text(sheet.title, margins.left, top + 50, { width, lineGap: 1 })
  })
  doc.y += 10
}

/** „BEZAHLT 14:02“, pressed on a little askew like by hand; without a frame it is only a word. */
function stamp(pen: Pen, text: string, middle: number, framed: boolean): void {
  const { doc } = pen
  doc.font('mono').fontSize(10)
  const size = doc.widthOfString(text)
  pen.tag('P', () => {
    doc.save()
    if (framed) {
      doc.rotate(-3, { origin: [right - size / 2, middle] })
      doc
        .roundedRect(right - size - 18, middle - 13, size + 18, 26, 3)
        .lineWidth(1.6)
        .stroke(green)
    }
    doc
      .fillColor(framed ? green : ink)
      .font(framed ? 'bold' : 'mono')
      .fontSize(10)
    doc.text(text, right - size - 18, middle - 5, {
      width: size + 18,
      align: framed ? 'center' : 'right',
      lineBreak: false,
    })
    doc.restore()
  })
}

/** Draws blocks one below the other and tags each for people who read by ear. */
function createPen(doc: PDFKit.PDFDocument) {
  const root = doc.struct('Document')
  doc.addStructure(root)
  const tag = (type: string, work: () => void, parent: PDFKit.PDFStructureElement = root) => {
    parent.add(doc.struct(type, {}, [work]))
  }
  const artifact = (work: () => void) => {
    doc.markContent('Artifact', { type: 'Layout' })
    work()
    doc.endMarkedContent()
  }
  const bottom = () => page.height - margins.bottom
  /** A new page unless so many points are left. */
  const room = (points: number) => {
    if (doc.y + points > bottom()) doc.addPage()
  }
  const write = (
    words: Words[],
    options: PDFKit.Mixins.TextOptions & { x?: number; color?: string; size?: number },
  ) => {
    const { x = margins.left, color = ink, size = body.size, ...more } = options
    doc.fontSize(size)
    words.forEach((word, index) => {
      const base = { lineGap: body.gap, ...more, continued: index < words.length - 1 }
      doc.font(word.mono ? 'mono' : word.bold ? 'bold' : 'text').fillColor(word.href ? blue : color)
      if (index === 0) doc.text(word.text, x, doc.y, { width: width - (x - margins.left), ...base })
      else doc.text(word.text, base)
    })
  }
  const pen = { doc, root, tag, artifact, room, write }
  return { ...pen, block: (block: Block) => drawBlock(pen, block) }
}

type Tools = Omit<Pen, 'block'>

function drawBlock(pen: Tools, block: Block): void {
  switch (block.kind) {
    case 'h2':
    case 'h3':
      drawHeading(pen, block)
      break
    case 'p':
      drawParagraph(pen, block)
      break
    case 'list':
      drawList(pen, block)
      break
    case 'form':
      drawForm(pen, block)
      break
    case 'table':
      drawTable(pen, block)
      break
    case 'lines':
      drawLines(pen, block)
  }
}

function drawHeading({ doc, tag, room }: Tools, block: HeadingBlock): void {
  const big = block.kind === 'h2'
  if (block.newPage) doc.addPage()
  // A heading never stands alone at the foot of a page.
  room(70)
  doc.y += big ? 10 : 6
  tag(big ? 'H2' : 'H3', () => {
    doc
      .font(big ? 'heading' : 'bold')
      .fontSize(big ? 14.5 : 11)
      .fillColor(ink)
      .text(block.text, margins.left, doc.y, { width })
  })
  doc.y += big ? 5 : 3
}

function drawParagraph({ doc, tag, room, write }: Tools, block: Extract<Block, { kind: 'p' }>): void {
  room(30)
  tag('P', () => write(block.words, block.quiet ? { color: muted, size: 9.5 } : {}))
  doc.y += 6
}

const indent = 18

function drawList({ doc, root, room, write }: Tools, block: Extract<Block, { kind: 'list' }>): void {
  const list = doc.struct('L')
  root.add(list)
  block.items.forEach((words, index) => {
    room(16)
    const item = doc.struct('LI')
    list.add(item)
    const { y } = doc
    const mark = () => doc.font('text').fontSize(body.size).fillColor(muted)
    item.add(doc.struct('Lbl', {}, [() => void mark().text(block.ordered ? `${index + 1}.` : '•', margins.left, y)]))
    doc.y = y
    item.add(doc.struct('LBody', {}, [() => write(words, { x: margins.left + indent })]))
    item.end()
    doc.y += 3
  })
  list.end()
  doc.y += 4
}

/** The first item says to whom; the others wait for a hand. */
function drawForm({ doc, root, room, write, artifact }: Tools, block: Extract<Block, { kind: 'form' }>): void {
  const list = doc.struct('L')
  root.add(list)
  block.items.forEach((words, index) => {
    room(52)
    const item = doc.struct('LI')
    list.add(item)
    item.add(doc.struct('LBody', {}, [() => write(words, {})]))
    item.end()
    if (index > 0)
      artifact(() => {
        doc.y += 20
        doc.moveTo(margins.left, doc.y).lineTo(right, doc.y).lineWidth(0.7).stroke(line)
      })
    doc.y += 10
  })
  list.end()
}

function drawTable(pen: Tools, block: Extract<Block, { kind: 'table' }>): void {
  const { doc, root, room, artifact } = pen
  const columns = Math.max(block.head.length, ...block.rows.map((row) => row.length), 1)
  const cellWidth = width / columns
  const table = doc.struct('Table')
  root.add(table)
  const drawRow = (cells: string[], header: boolean) => {
    doc.font(header ? 'bold' : 'text').fontSize(9.5)
    const height = Math.max(...cells.map((cell) => doc.heightOfString(cell, { width: cellWidth - 8, lineGap: 2 }))) + 8
    room(height)
    const { y } = doc
    const row = doc.struct('TR')
    table.add(row)
    cells.forEach((cell, index) => {
      const options = { width: cellWidth - 8, lineGap: 2 }
      const work = () =>
        void doc
          .font(header ? 'bold' : 'text')
          .fontSize(9.5)
          .fillColor(ink)
          .text(cell, margins.left + index * cellWidth, y + 4, options)
      row.add(doc.struct(header ? 'TH' : 'TD', {}, [work]))
    })
    row.end()
    artifact(() => {
      doc
        .moveTo(margins.left, y + height)
        .lineTo(right, y + height)
        .lineWidth(header ? 1 : 0.5)
        .stroke(line)
    })
    doc.y = y + height
  }
  if (block.head.length > 0) drawRow(block.head, true)
  for (const row of block.rows) drawRow(row, false)
  table.end()
  doc.y += 10
}

function drawLines({ doc, root, room, artifact }: Tools, block: Extract<Block, { kind: 'lines' }>): void {
  const nameWidth = 132
  const table = doc.struct('Table')
  root.add(table)
  for (const [name, value] of block.rows) {
    doc.font('text').fontSize(body.size)
    const height = Math.max(doc.heightOfString(value, { width: width - nameWidth, lineGap: 2 }), 13) + 6
    room(height)
    const { y } = doc
    const row = doc.struct('TR')
    table.add(row)
    const left = () => void doc.fillColor(muted).text(name, margins.left, y + 3, { width: nameWidth, lineBreak: false })
    const value_ = () =>
      void doc
        .fillColor(ink)
        .text(value, margins.left + nameWidth, y + 3, { width: width - nameWidth, align: 'right', lineGap: 2 })
    row.add(doc.struct('TH', {}, [left]))
    row.add(doc.struct('TD', {}, [value_]))
    row.end()
    artifact(() =>
      doc
        .moveTo(margins.left, y + height)
        .lineTo(right, y + height)
        .lineWidth(0.5)
        .stroke('#DDD6C8'),
    )
    doc.y = y + height
  }
  table.end()
  doc.y += 8
}
