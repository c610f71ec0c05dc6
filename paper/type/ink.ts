import type PDFKit from 'pdfkit'
import { blue, ink, line as lineColor, muted, tint } from '#paper/type/colors.ts'
import { type Line, type Stretch, sizeOf } from '#paper/type/lines.ts'

/** Makes a face the one to write with. */
export type FaceOf = (name: string) => PDFKit.PDFDocument

/** Lines of different size stand on one base line. */
export const baselineOf = (top: number, size: number, leading: number) => top + leading / 2 + size * 0.34

interface Place {
  x: number
  baseline: number
  size: number
}

/** Draws a line that `paper/type/lines.ts` has set. */
export function drawLine(doc: PDFKit.PDFDocument, face: FaceOf, line: Line, at: Place): void {
  for (const stretch of line.stretches) {
    const place = { ...at, x: at.x + stretch.x, size: sizeOf(stretch.word, at.size) }
    const { x, baseline, size } = place
    if (stretch.missing) drawMissing(doc, stretch, place)
    else drawStretch(doc, face, stretch, place)
    const middle = baseline - size * 0.27
    if (stretch.word.struck) {
      const end = x + stretch.width
      doc.moveTo(x, middle).lineTo(end, middle).lineWidth(0.7).stroke(ink)
    }
    if (stretch.word.href) doc.link(x, baseline - size, stretch.width, size * 1.3, stretch.word.href)
  }
}

function drawStretch(
  doc: PDFKit.PDFDocument,
  face: FaceOf,
  { text, face: name, word, width }: Stretch,
  { x, baseline, size }: Place,
): void {
  const color = word.quiet ? muted : word.href ? blue : ink
  // Behind code in a sentence lies a tint; a block of code has its own.
  if (word.mono && !word.preserve) doc.rect(x - 1, baseline - size * 0.9, width + 2, size * 1.2).fill(tint)
  // Faces for rare characters have one weight and no italic.
  const thickened = word.bold === true && name !== 'bold' && name !== 'emoji'
  const slanted = word.italic === true && name !== 'italic' && name !== 'emoji'
  face(name).fontSize(size).fillColor(color)
  if (thickened) doc.lineWidth(size * 0.035).strokeColor(color)
  doc.text(text, x, baseline, {
    lineBreak: false,
    baseline: 'alphabetic',
    oblique: slanted ? 10 : false,
    ...(thickened && { fill: true, stroke: true }),
  })
}

/** A box in place of a character that no face has; whoever copies it gets the character. */
function drawMissing(doc: PDFKit.PDFDocument, { text }: Stretch, { x, baseline, size }: Place): void {
  doc.markContent('Span', { actual: text })
  doc
    .rect(x + size * 0.08, baseline - size * 0.66, size * 0.54, size * 0.66)
    .lineWidth(0.6)
    .stroke(lineColor)
  doc.endMarkedContent()
}
