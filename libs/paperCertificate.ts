import type PDFKit from 'pdfkit'
import { fontOf, ink, line, muted, type Words, yellow } from '#libs/paperPen.ts'

/** A Teilnahmebestätigung: what is printed, already in German words. */
export interface Certificate {
  title: string
  /** As `Paper.spell` gives it. */
  name: Words[]
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

/** One page across, tagged for people who read by ear: brand, the whole rule laid straight, the name, what is confirmed. */
export function drawCertificate(doc: PDFKit.PDFDocument, sheet: Certificate, headingLetters: Set<number>): void {
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
  tag('P', () => void doc.font('bold').fontSize(12).fillColor(ink).text(sheet.author, edge, 46, { lineBreak: false }))
  tag(
    'H1',
    () => void doc.font('heading').fontSize(24).fillColor(ink).text(sheet.title, edge, 140, { lineBreak: false }),
  )
  tag('P', () => drawName(doc, sheet.name, headingLetters))
  sheet.lines.forEach((text, index) => {
    tag(
      'P',
      () =>
        void doc
          .font('text')
          .fontSize(15)
          .fillColor(ink)
          .text(text, edge, 268 + index * 24, { width }),
    )
  })
  drawFacts(doc, sheet.facts, tag, artifact)
  drawFoot(doc, sheet, tag, artifact)
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

const nameSizes = [46, 40, 34, 30, 26, 22, 19, 16, 13, 11]

/** As large as it fits on one line; eighty letters still do. */
function drawName(doc: PDFKit.PDFDocument, words: Words[], headingLetters: Set<number>): void {
  const whole = words.map(({ text }) => text).join('')
  const inHeading = [...whole].every((letter) => headingLetters.has(letter.codePointAt(0) ?? 0))
  const runs = inHeading
    ? [{ font: 'heading', text: whole }]
    : words.map((word) => ({ font: fontOf(word), text: word.text }))
  const lengthAt = (size: number) =>
    runs.reduce((sum, { font, text }) => sum + doc.font(font).fontSize(size).widthOfString(text), 0)
  const size = nameSizes.find((one) => lengthAt(one) <= width) ?? nameSizes.at(-1)!
  let x = edge
  doc.fillColor(ink)
  for (const { font, text } of runs) {
    doc.font(font).fontSize(size)
    // Faces differ in height: every run stands on one base line.
    const ascender = (doc as unknown as { _font: { ascender: number } })._font.ascender
    doc.text(text, x, 240 - (ascender / 1000) * size, { lineBreak: false })
    x += doc.widthOfString(text)
  }
}

type Tag = (type: string, work: () => void) => void

function drawFacts(
  doc: PDFKit.PDFDocument,
  facts: [string, string][],
  tag: Tag,
  artifact: (work: () => void) => void,
): void {
  const top = 356
  artifact(() => dashes(doc, top - 12))
  facts.forEach(([name, value], index) => {
    const y = top + index * 22
    tag('P', () => {
      doc.font('text').fontSize(11).fillColor(muted).text(name, edge, y, { lineBreak: false })
      doc.fillColor(ink).text(value, edge + 120, y, { width: width - 120, lineBreak: false })
    })
  })
}

function drawFoot(
  doc: PDFKit.PDFDocument,
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
  const left = { width: width - qr - 40 }
  tag('P', () => void doc.font('text').fontSize(11).fillColor(muted).text(note, edge, top, left))
  tag(
    'P',
    () =>
      void doc
        .font('mono')
        .fontSize(13)
        .fillColor(ink)
        .text(number, edge, top + 30, { lineBreak: false }),
  )
  tag('P', () => {
    doc.font('text').fontSize(11).fillColor(ink)
    doc.text(`Ob es diese Bestätigung gibt, steht hier: ${address}`, edge, top + 54, left)
  })
}

const dashes = (doc: PDFKit.PDFDocument, y: number) =>
  doc
    .moveTo(edge, y)
    .lineTo(page.width - edge, y)
    .lineWidth(1)
    .dash(4, { space: 3 })
    .stroke(line)
    .undash()
