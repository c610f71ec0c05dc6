import { readFileSync } from 'node:fs'
import path from 'node:path'
import type PDFKit from 'pdfkit'
import { type Book, drawBook } from '#libs/paperBook.ts'
import { type Certificate, drawCertificate } from '#libs/paperCertificate.ts'
import { type Face, type FontName, openFaces, placeFaces } from '#libs/paperFonts.ts'
import { frame, head } from '#libs/paperFrame.ts'
import { createLetters, type Letters } from '#libs/paperLetters.ts'
import { isEveryday, type NameFaces, openNameFaces, unknownLetters } from '#libs/paperNames.ts'
import { gatherOutput } from '#libs/paperOutput.ts'
import { createPen, margins, type Sheet } from '#libs/paperPen.ts'
import { createSetter, facesOf } from '#libs/paperSetter.ts'
import type { Setter } from '#libs/paperWords.ts'

export type { Book, BookPart } from '#libs/paperBook.ts'
export type { Certificate } from '#libs/paperCertificate.ts'
export type { Block } from '#libs/paperPen.ts'

type OpenFonts = Record<FontName, Face>

/** Draws sheets that look like our Laufzettel; see `emails/fonts/README.md` for the type. */
export interface Paper {
  /** The PDF's bytes: tagged, German, the same for the same sheet. */
  print(sheet: Sheet): Promise<Buffer>
  /** The same for a Teilnahmebestätigung, on one page across. */
  certificate(certificate: Certificate): Promise<Buffer>
  /** The same for a notebook, in chunks, with letters of any script. */
  book(book: Book): Promise<AsyncGenerator<Buffer>>
  /** Letters that no face has, each once. */
  unknown(text: string): Promise<string[]>
}

/** `root` is the project's folder: bundles move, fonts do not. Nothing is loaded before the first sheet. */
export function createPaper(root: string): Paper {
  let opened: Promise<{ kit: typeof PDFKit; fonts: OpenFonts }> | null = null
  let names: NameFaces | null = null
  let letters: Letters | null = null
  const read = (file: string) => readFileSync(path.join(root, 'emails', 'fonts', `${file}.ttf`))
  const open = () => {
    opened ??= openKit(read)
    return opened
  }
  const lettersOf = ({ kit, fonts }: Awaited<ReturnType<typeof open>>) => {
    letters ??= createLetters(kit, fonts, read)
    return letters
  }
  return {
    async print(sheet) {
      const all = await open()
      return draw(new all.kit(optionsOf(sheet)), sheet, everyday(all.fonts), lettersOf(all))
    },
    async certificate(certificate) {
      const all = await open()
      const doc = new all.kit({ ...optionsOf(certificate), layout: 'landscape' })
      const output = gatherOutput(doc)
      drawCertificate(doc, certificate, setterFor(doc, everyday(all.fonts), lettersOf(all)))
      return output.end()
    },
    async book(book) {
      const all = await open()
      const doc = new all.kit({ ...optionsOf(book), bufferPages: false })
      return drawBook(doc, book, lettersOf(all), gatherOutput(doc))
    },
    async unknown(text) {
      const { kit, fonts } = await open()
      const name = text.normalize('NFC')
      if (isEveryday(name, fonts)) return []
      names ??= openNameFaces(kit, read)
      return unknownLetters(name, fonts, names)
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

function setterFor(doc: PDFKit.PDFDocument, faces: [string, Face][], letters: Letters): Setter {
  placeFaces(doc, faces)
  const placed = new Set(faces.map(([name]) => name))
  return createSetter(doc, letters, facesOf(doc, letters, placed))
}

function draw(doc: PDFKit.PDFDocument, sheet: Sheet, faces: [string, Face][], letters: Letters): Buffer {
  const output = gatherOutput(doc)
  const setter = setterFor(doc, faces, letters)
  const pen = createPen(doc, setter)
  head(pen, sheet)
  for (const block of sheet.blocks) pen.block(block)
  const { count } = doc.bufferedPageRange()
  for (let number = 1; number <= count; number++) frame(doc, setter, sheet, number, count)
  pen.root.end()
  return output.end()
}
