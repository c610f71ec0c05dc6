import { readFileSync } from 'node:fs'
import path from 'node:path'
import type PDFKit from 'pdfkit'
import { drawBlock } from '#paper/draw/blocks.ts'
import type { Book } from '#paper/draw/book.ts'
import { endDocument } from '#paper/draw/bytes.ts'
import { type Certificate, drawCertificate } from '#paper/draw/certificate.ts'
import { drawBook } from '#paper/draw/drawBook.ts'
import { drawHeadsAndFeet, drawTitle } from '#paper/draw/headAndFoot.ts'
import { margins } from '#paper/draw/measures.ts'
import { createPen } from '#paper/draw/pen.ts'
import type { Sheet } from '#paper/draw/sheet.ts'
import { createFaceFinder, type FaceFinder } from '#paper/type/faceFinder.ts'
import { type Face, type FontName, openFaces, placeSharedFace } from '#paper/type/fonts.ts'
import { isEveryday, type NameFaces, openNameFaces, unprintableIn } from '#paper/type/nameFaces.ts'
import { createSetter, facesOf } from '#paper/type/setter.ts'
import type { Setter } from '#paper/type/words.ts'

type OpenFonts = Record<FontName, Face>

/**
 * Draws documents that look like our Laufzettel, in the thread that calls it: opens pdfkit and the fonts
 * (`paper/fonts/README.md`) once and puts `draw/` and `type/` to work.
 */
export interface Paper {
  /** The PDF's bytes: tagged, German, the same for the same sheet. */
  print(sheet: Sheet): Promise<Buffer>
  /** The same for a Teilnahmebestätigung, on one page across. */
  certificate(certificate: Certificate): Promise<Buffer>
  /** The same for a notebook, in chunks as its pages become full, in any script. */
  book(book: Book): Promise<AsyncGenerator<Buffer>>
  /** Characters that no face has, each once. */
  unprintable(text: string): Promise<string[]>
}

/** `root` is the project's folder: bundles move, fonts do not. Nothing is loaded before the first sheet. */
export function createPaper(root: string): Paper {
  let opened: Promise<{ kit: typeof PDFKit; fonts: OpenFonts }> | null = null
  let names: NameFaces | null = null
  let finder: FaceFinder | null = null
  const read = (file: string) => readFileSync(path.join(root, 'paper', 'fonts', `${file}.ttf`))
  const open = () => {
    opened ??= openKit(read)
    return opened
  }
  const finderOf = ({ kit, fonts }: Awaited<ReturnType<typeof open>>) => {
    finder ??= createFaceFinder(kit, fonts, read)
    return finder
  }
  return {
    async print(sheet) {
      const all = await open()
      return draw(new all.kit(optionsOf(sheet)), sheet, everyday(all.fonts), finderOf(all))
    },
    async certificate(certificate) {
      const all = await open()
      const doc = new all.kit({ ...optionsOf(certificate), layout: 'landscape' })
      drawCertificate(doc, certificate, setterFor(doc, everyday(all.fonts), finderOf(all)))
      return endDocument(doc)
    },
    async book(book) {
      const all = await open()
      const doc = new all.kit({ ...optionsOf(book), bufferPages: false })
      return drawBook(doc, book, finderOf(all))
    },
    async unprintable(text) {
      const { kit, fonts } = await open()
      const name = text.normalize('NFC')
      if (isEveryday(name, fonts)) return []
      names ??= openNameFaces(kit, read)
      return unprintableIn(name, fonts, names)
    },
  }
}

async function openKit(read: (file: string) => Buffer): Promise<{ kit: typeof PDFKit; fonts: OpenFonts }> {
  const { default: kit } = await import('pdfkit')
  return { kit, fonts: openFaces(kit, read) }
}

const optionsOf = (sheet: { title: string; author: string; createdAt: Date }): PDFKit.PDFDocumentOptions => ({
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

const everyday = ({ wide: _rare, ...fonts }: OpenFonts): [string, Face][] => Object.entries(fonts)

function setterFor(doc: PDFKit.PDFDocument, faces: [string, Face][], finder: FaceFinder): Setter {
  for (const [name, face] of faces) placeSharedFace(doc, name, face)
  const placed = new Set(faces.map(([name]) => name))
  return createSetter(doc, finder, facesOf(doc, finder, placed))
}

function draw(doc: PDFKit.PDFDocument, sheet: Sheet, faces: [string, Face][], finder: FaceFinder): Buffer {
  const setter = setterFor(doc, faces, finder)
  const pen = createPen(doc, setter)
  drawTitle(pen, sheet)
  for (const block of sheet.blocks) drawBlock(pen, block)
  drawHeadsAndFeet(doc, setter, sheet)
  pen.root.end()
  return endDocument(doc)
}
