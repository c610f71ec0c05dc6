import type PDFKit from 'pdfkit'
import { body, margins, page, right, width } from '#paper/draw/measures.ts'
import { blue, ink, muted } from '#paper/type/colors.ts'
import type { Setter, Words } from '#paper/type/words.ts'

export type Pen = ReturnType<typeof createPen>

/** Writes words one below the other, on a new page where there is no room, and tags them for screen readers. */
export function createPen(doc: PDFKit.PDFDocument, setter: Setter) {
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
    if (!setter.isPlain(words)) return writeSet(words, x, size, color === muted)
    doc.fontSize(size)
    words.forEach((word, index) => {
      const base = { lineGap: body.gap, ...more, continued: index < words.length - 1 }
      doc.font(fontOf(word)).fillColor(word.href ? blue : color)
      if (index === 0) doc.text(word.text, x, doc.y, { width: width - (x - margins.left), ...base })
      else doc.text(word.text, base)
    })
  }
  /** Characters that pdfkit would leave out, or in the wrong order. */
  const writeSet = (words: Words[], x: number, size: number, quiet: boolean) => {
    const style = { size, leading: size + 4.6, width: right - x }
    room(setter.count(words, style) * style.leading)
    const { y } = doc
    doc.y = y + setter.write(quiet ? words.map((word) => ({ ...word, quiet })) : words, { x, y }, style)
  }
  return { doc, root, tag, artifact, room, write, setter }
}

const fontOf = (word: Words) => (word.mono ? 'mono' : word.bold ? 'bold' : 'text')
