import type PDFKit from 'pdfkit'
import type { FaceFinder } from '#paper/type/faceFinder.ts'
import { placeFace } from '#paper/type/fonts.ts'
import { baselineOf, drawLine, type FaceOf } from '#paper/type/ink.ts'
import { type Line, setLines } from '#paper/type/lines.ts'
import type { SetStyle, Setter, Words } from '#paper/type/words.ts'

/** Makes faces the ones to write with; a document has only those it uses. `placed` are the ones it has already. */
export function facesOf(doc: PDFKit.PDFDocument, finder: FaceFinder, placed: Set<string>): FaceOf {
  return (name) => {
    if (!placed.has(name)) placeFace(doc, name, finder.face(name))
    placed.add(name)
    return doc.font(name)
  }
}

export function createSetter(doc: PDFKit.PDFDocument, finder: FaceFinder, face: FaceOf): Setter {
  const measure = (text: string, name: string, size: number) => face(name).fontSize(size).widthOfString(text)

  const linesOf = (words: Words[], { size, width, base }: SetStyle): Line[] => [
    ...setLines(words, { finder, measure, size, width, base }),
  ]

  function set(words: Words[], style: SetStyle): Line[] {
    const all = linesOf(words, style)
    const { lines: room = all.length } = style
    if (all.length <= room) return all
    const whole = [...words.map(({ text }) => text).join('')]
    for (let count = Math.ceil((whole.length * room) / all.length); count > 0; count--) {
      const text = `${whole.slice(0, count).join('').trimEnd()}…`
      const cut = linesOf([{ ...words[0], text }], style)
      if (cut.length <= room) return cut
    }
    return all.slice(0, room)
  }

  const isPlain: Setter['isPlain'] = (words, base = 'text') =>
    words.every(({ text, mono, bold }) => {
      const known = finder.face(mono ? 'mono' : bold ? 'bold' : base).codePoints
      return [...text].every((character) => known.has(character.codePointAt(0) ?? 0))
    })

  return {
    isPlain,
    fits: (text, { size, width, base = 'text' }) => isPlain([{ text }], base) && measure(text, base, size) <= width,
    count: (words, style) => set(words, style).length,
    write(words, { x, y }, style) {
      const { size, leading, width, align } = style
      const lines = set(words, style)
      for (const [index, line] of lines.entries()) {
        const [first] = line.stretches
        const own = first?.x ?? 0
        const left = align === 'right' ? x + width - line.width - own : align === 'left' ? x - own : x
        drawLine(doc, face, line, { x: left, baseline: baselineOf(y + index * leading, size, leading), size })
      }
      return lines.length * leading
    },
  }
}
