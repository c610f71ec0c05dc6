import type PDFKit from 'pdfkit'
import type { Stamp } from '#paper/draw/book.ts'
import { margins } from '#paper/draw/measures.ts'
import { ink, line, pale } from '#paper/type/colors.ts'
import { baselineOf, type FaceOf } from '#paper/type/ink.ts'

/** A second of the film in the margin: filled for a note, outlined for a bookmark. */
export function drawStamp(
  doc: PDFKit.PDFDocument,
  face: FaceOf,
  { text, href, filled, y }: Stamp & { filled: boolean; y: number },
): void {
  const width = face('mono').fontSize(9).widthOfString(text) + 8
  const height = 13
  doc.roundedRect(margins.left, y + 0.8, width, height, 2)
  if (filled) doc.fill(pale)
  else doc.lineWidth(0.7).stroke(line)
  face('mono').fontSize(9).fillColor(ink)
  doc.text(text, margins.left + 4, baselineOf(y, 10, 14.6), { lineBreak: false, baseline: 'alphabetic' })
  if (href) doc.link(margins.left, y, width, height, href)
}
