import type PDFKit from 'pdfkit'
import { ink, line, yellow } from '#paper/type/colors.ts'
import type { SetStyle, Setter } from '#paper/type/words.ts'

/** A Teilnahmebestätigung: what is printed, already in German words. */
export interface Certificate {
  title: string
  /** Characters that some face has; see `Paper.unprintable`. */
  name: string
  /** „hat am Onlinekurs … teilgenommen“ and what follows, one line each. */
  lines: string[]
  /** What stands below in two columns, e.g. „Umfang“. */
  facts: [string, string][]
  /** Small print: what this paper does not say. */
  note: string
  number: string
  /** Where the number can be checked, in full. */
  address: string
  /** The same as a pattern for cameras: rows of dark and light squares. */
  pattern: boolean[][]
  /** Lessons of each module: one segment of the rule each, a tick for every lesson. */
  modules: number[]
  author: string
  createdAt: Date
}

const page = { width: 841.89, height: 595.28 }
const edge = 58
const width = page.width - 2 * edge
const rule = { top: 78, height: 26 }
const qr = 84

/** One landscape page, tagged for screen readers: brand, the whole Zollstock unfolded, the name, what is confirmed. */
export function drawCertificate(doc: PDFKit.PDFDocument, sheet: Certificate, setter: Setter): void {
  doc.page.margins = { top: 0, bottom: 0, left: 0, right: 0 }
  const root = doc.struct('Document')
  doc.addStructure(root)
  const tag = (type: string, work: () => void) => root.add(doc.struct(type, {}, [work]))
  const artifact = (work: () => void) => {
    doc.markContent('Artifact', { type: 'Layout' })
    work()
    doc.endMarkedContent()
  }
  artifact(() => {
    doc.rect(0, 0, page.width, page.height).fill('#FFFDF8')
    doc
      .rect(24, 24, page.width - 48, page.height - 48)
      .lineWidth(0.8)
      .stroke(line)
    drawRule(doc, sheet.modules)
  })
  const brand = { size: 12, leading: 16, width, lines: 1 }
  tag('P', () => void setter.write([{ text: sheet.author, bold: true }], { x: edge, y: 44 }, brand))
  tag(
    'H1',
    () => void doc.font('heading').fontSize(24).fillColor(ink).text(sheet.title, edge, 140, { lineBreak: false }),
  )
  tag('P', () => drawName(setter, sheet.name))
  let y = 266
  sheet.lines.forEach((text, index) => {
    const style = { size: 15, leading: 24, width, lines: index === 0 ? 2 : 1 }
    tag('P', () => {
      y += setter.write([{ text }], { x: edge, y }, style)
    })
  })
  drawFacts(doc, setter, sheet.facts, tag, artifact)
  drawFoot(doc, setter, sheet, tag, artifact)
  root.end()
}

/** Every segment flat and yellow: this is what a finished course looks like in the workshop. */
function drawRule(doc: PDFKit.PDFDocument, modules: number[]): void {
  const length = (width - rule.height) / Math.max(1, modules.length)
  const middle = rule.top + rule.height / 2
  modules.forEach((lessons, index) => {
    const x = edge + index * length
    doc
      .roundedRect(x, rule.top, length + rule.height, rule.height, 6)
      .lineWidth(1)
      .fillAndStroke(yellow, '#B17C09')
    const step = (length - 26) / Math.max(1, lessons)
    for (let lesson = 0; lesson < lessons; lesson++) {
      const at = x + rule.height / 2 + 15 + lesson * step
      const tick = lesson === 0 ? 14 : 8
      doc.moveTo(at, rule.top + rule.height).lineTo(at, rule.top + rule.height - tick)
    }
    doc.lineWidth(0.9).stroke(ink)
    doc.font('mono').fontSize(7).fillColor(ink)
    doc.text(String(index + 1), x + rule.height / 2 + 17, rule.top + 4, { lineBreak: false })
  })
  for (let index = 0; index <= modules.length; index++) {
    const x = edge + rule.height / 2 + index * length
    doc.circle(x, middle, 6).lineWidth(1).fillAndStroke('#FFFDF8', '#B17C09')
    doc.circle(x, middle, 2).fill(ink)
  }
}

const nameSizes = [46, 40, 34, 30, 26, 22, 19, 16, 13, 11, 9]
/** Where the name stands, between the title and the lines below. */
const nameRoom = { bottom: 255, height: 80 }
/** Line height of a name on several lines, in font sizes. */
const LEADING = 1.18

/** As large as fits, on one line unless that would be tiny; eighty characters of any width have room. */
function drawName(setter: Setter, name: string): void {
  const words = [{ text: name }]
  const base = setter.isPlain(words, 'heading') ? 'heading' : 'text'
  const styleOf = (size: number): SetStyle => ({ size, leading: size * LEADING, width, base, align: 'left' })
  const fits = (size: number) => {
    const style = styleOf(size)
    const lines = setter.count(words, style)
    return lines === 1 || (size <= 26 && lines * style.leading <= nameRoom.height)
  }
  const style = styleOf(nameSizes.find(fits) ?? nameSizes.at(-1)!)
  const y = nameRoom.bottom - setter.count(words, style) * style.leading
  setter.write(words, { x: edge, y }, style)
}

type Tag = (type: string, work: () => void) => void

function drawFacts(
  doc: PDFKit.PDFDocument,
  setter: Setter,
  facts: [string, string][],
  tag: Tag,
  artifact: (work: () => void) => void,
): void {
  let y = 353
  artifact(() => dashes(doc, y - 9))
  const style = { size: 11, leading: 15, width: width - 120, lines: 3 }
  for (const [name, value] of facts)
    tag('P', () => {
      setter.write([{ text: name, quiet: true }], { x: edge, y }, style)
      y += setter.write([{ text: value }], { x: edge + 120, y }, style) + 7
    })
}

function drawFoot(
  doc: PDFKit.PDFDocument,
  setter: Setter,
  { note, number, address, pattern }: Certificate,
  tag: Tag,
  artifact: (work: () => void) => void,
): void {
  const top = page.height - edge - qr
  artifact(() => {
    dashes(doc, top - 14)
    const side = qr / Math.max(1, pattern.length)
    pattern.forEach((row, y) => {
      row.forEach((dark, x) => {
        if (dark) doc.rect(page.width - edge - qr + x * side, top + y * side, side + 0.05, side + 0.05)
      })
    })
    doc.fill(ink)
  })
  const style = { size: 11, leading: 15, width: width - qr - 40, lines: 4 }
  const write = (y: number, text: string, more: Partial<SetStyle> = {}, quiet = false) =>
    tag('P', () => void setter.write([{ text, quiet }], { x: edge, y: top + y }, { ...style, ...more }))
  write(-3, note, { lines: 2 }, true)
  write(27, number, { size: 13, leading: 18, base: 'mono' })
  write(52, `Ob es diese Bestätigung gibt, steht hier: ${address}`)
}

const dashes = (doc: PDFKit.PDFDocument, y: number) =>
  doc
    .moveTo(edge, y)
    .lineTo(page.width - edge, y)
    .lineWidth(1)
    .dash(4, { space: 3 })
    .stroke(line)
    .undash()
