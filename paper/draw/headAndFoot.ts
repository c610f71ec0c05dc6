import type PDFKit from 'pdfkit'
import { margins, mm, page, right, width } from '#paper/draw/measures.ts'
import type { Pen } from '#paper/draw/pen.ts'
import type { Sheet } from '#paper/draw/sheet.ts'
import { green, ink, line, muted, yellow } from '#paper/type/colors.ts'
import type { Setter } from '#paper/type/words.ts'

/** What repeats on each page of a finished sheet and is no content; only then is the number of pages known. */
export function drawHeadsAndFeet(doc: PDFKit.PDFDocument, setter: Setter, sheet: Sheet): void {
  const { count } = doc.bufferedPageRange()
  for (let number = 1; number <= count; number++) {
    doc.switchToPage(number - 1)
    const head = number > 1 ? { left: 'Die Produktivitäts-Werkstatt', right: sheet.title } : null
    drawHeadAndFoot(doc, setter, { head, foot: sheet.foot, page: `Seite ${number} von ${count}` })
  }
}

/** On the page that is open: the folding rule and where we are on top, contact and page number below. */
export function drawHeadAndFoot(
  doc: PDFKit.PDFDocument,
  setter: Setter,
  { head, foot, page: said }: { head: { left: string; right: string } | null; foot: string[]; page: string },
): void {
  const margin = doc.page.margins.bottom
  doc.page.margins.bottom = 0 // or the foot would ask for a new page
  doc.markContent('Artifact', { type: 'Pagination' })
  ;(doc as unknown as { addContent(text: string): void }).addContent(band)
  if (head) {
    doc.font('bold').fontSize(8).fillColor(muted)
    doc.text(head.left, margins.left, 36, { width, lineBreak: false })
    drawHeadRight(doc, setter, head.right)
  }
  const top = page.height - margin + 26
  dashes(doc, top)
  doc.font('text').fontSize(8).fillColor(muted)
  drawFoot(doc, setter, foot, top + 10)
  doc
    .font('mono')
    .fontSize(8)
    .fillColor(muted)
    .text(said, right - 90, top + 10, { width: 90, align: 'right', lineBreak: false })
  doc.endMarkedContent()
  doc.page.margins.bottom = margin
}

const small = { size: 8, leading: 11 }

/** One line beside the brand, however long a chapter's title is. */
function drawHeadRight(doc: PDFKit.PDFDocument, setter: Setter, text: string): void {
  const style = { ...small, width: width - 150, align: 'right' as const, lines: 1 }
  if (!setter.fits(text, style)) setter.write([{ text, quiet: true }], { x: right - style.width, y: 35 }, style)
  else
    doc
      .font('text')
      .fontSize(8)
      .fillColor(muted)
      .text(text, margins.left, 36, { width, align: 'right', lineBreak: false })
}

/** An address may take a second line; three lines are all the foot has. */
function drawFoot(doc: PDFKit.PDFDocument, setter: Setter, foot: string[], top: number): void {
  let y = top
  foot.forEach((text, index) => {
    const style = { ...small, width: width - 90, lines: index === 0 ? 2 : 1 }
    if (setter.fits(text, style)) {
      doc.font('text').fontSize(8).fillColor(muted).text(text, margins.left, y, { lineBreak: false })
      y += small.leading
    } else y += setter.write([{ text, quiet: true }], { x: margins.left, y: y - 1 }, style)
  })
}

/** A band of the Zollstock: a tick every 5 mm, a long one every 5 cm. Written once, for every page of every sheet. */
const band = bandOf(15)

function bandOf(height: number): string {
  const ticks: string[] = []
  for (let at = 1; at * 5 * mm < page.width; at++) {
    const x = (at * 5 * mm).toFixed(2)
    const length = at % 10 === 0 ? 9 : at % 2 === 0 ? 5.5 : 3.5
    ticks.push(`${x} ${height} m ${x} ${height - length} l`)
  }
  return `q ${rgb(yellow)} rg 0 0 ${page.width} ${height} re f ${rgb(ink)} RG 0.6 w ${ticks.join(' ')} S Q`
}

function rgb(color: string): string {
  const parts = color.match(/[0-9A-F]{2}/gi) ?? []
  return parts.map((part) => (Number.parseInt(part, 16) / 255).toFixed(3)).join(' ')
}

const dashes = (doc: PDFKit.PDFDocument, y: number) =>
  doc.moveTo(margins.left, y).lineTo(right, y).lineWidth(1).dash(4, { space: 3 }).stroke(line).undash()

/** How a document begins: brand, stub and title. */
export function drawTitle(
  pen: Pick<Pen, 'doc' | 'tag' | 'artifact'>,
  sheet: Pick<Sheet, 'title' | 'stub' | 'stamped'>,
): void {
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
  drawStub(pen, sheet.stub[1], top + 15, sheet.stamped ?? false)
  pen.tag('H1', () => {
    doc.font('heading').fontSize(23).fillColor(ink)
    doc.text(sheet.title, margins.left, top + 50, { width, lineGap: 1 })
  })
  doc.y += 10
}

/** „BEZAHLT 14:02“, pressed on a little askew like by hand; without a frame it is only a word. */
function drawStub(pen: Pick<Pen, 'doc' | 'tag'>, text: string, middle: number, framed: boolean): void {
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
