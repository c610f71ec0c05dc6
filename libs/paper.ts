import { readFileSync } from 'node:fs'
import path from 'node:path'
import type PDFKit from 'pdfkit'
import { type Book, drawBook } from '#libs/paperBook.ts'
import { type Certificate, drawCertificate } from '#libs/paperCertificate.ts'
import { type Face, type FontName, openFaces, placeFaces } from '#libs/paperFonts.ts'
import { frame, head } from '#libs/paperFrame.ts'
import { createLetters, type Letters } from '#libs/paperLetters.ts'
import {
  isEveryday,
  type NameFace,
  type NameFaces,
  openNameFaces,
  spellName,
  unknownLetters,
} from '#libs/paperNames.ts'
import { gatherOutput } from '#libs/paperOutput.ts'
import { createPen, margins, type Sheet, type Words } from '#libs/paperPen.ts'

export type { Book, BookPart } from '#libs/paperBook.ts'
export type { Certificate } from '#libs/paperCertificate.ts'
export type { Block, Words } from '#libs/paperPen.ts'

type OpenFonts = Record<FontName, Face>

/** Draws sheets that look like our Laufzettel; see `emails/fonts/README.md` for the type. */
export interface Paper {
  /** The PDF's bytes: tagged, German, the same for the same sheet. */
  print(sheet: Sheet): Promise<Buffer>
  /** The same for a Teilnahmebestätigung, on one page across. */
  certificate(certificate: Certificate): Promise<Buffer>
  /** The same for a notebook, in chunks, with letters of any script. */
  book(book: Book): Promise<AsyncGenerator<Buffer>>
  /** A name as words in the faces that have its letters, null if one is in none of them. */
  spell(text: string): Promise<Words[] | null>
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
  /** Every face that these words need; those for rare letters are opened with the first one. */
  const facesFor = ({ kit, fonts }: Awaited<ReturnType<typeof open>>, words: Words[]): [string, Face][] => {
    const { wide, ...everyday } = fonts
    const used = new Set(words.flatMap(({ face }) => face ?? []))
    const rare = [...used].filter((face): face is NameFace => face !== 'wide')
    if (rare.length > 0) names ??= openNameFaces(kit, read)
    return [
      ...Object.entries(everyday),
      ...(used.has('wide') ? [['wide', wide] as [string, Face]] : []),
      ...rare.map((face): [string, Face] => [face, names!.get(face)!]),
    ]
  }
  return {
    async print(sheet) {
      const all = await open()
      const words = sheet.blocks.flatMap((block) => (block.kind === 'p' ? block.words : []))
      return draw(new all.kit(optionsOf(sheet)), sheet, facesFor(all, words))
    },
    async certificate(certificate) {
      const all = await open()
      const doc = new all.kit({ ...optionsOf(certificate), layout: 'landscape' })
      const output = gatherOutput(doc)
      placeFaces(doc, facesFor(all, certificate.name))
      drawCertificate(doc, certificate, all.fonts.heading.letters)
      return output.end()
    },
    async book(book) {
      const { kit, fonts } = await open()
      letters ??= createLetters(kit, fonts, read)
      const doc = new kit({ ...optionsOf(book), bufferPages: false })
      return drawBook(doc, book, letters, gatherOutput(doc))
    },
    async spell(text) {
      const { kit, fonts } = await open()
      const name = text.normalize('NFC')
      if (!isEveryday(name, fonts)) names ??= openNameFaces(kit, read)
      return spellName(name, fonts, names ?? new Map())
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

function draw(doc: PDFKit.PDFDocument, sheet: Sheet, faces: [string, Face][]): Buffer {
  const output = gatherOutput(doc)
  placeFaces(doc, faces)
  const pen = createPen(doc)
  head(pen, sheet)
  for (const block of sheet.blocks) pen.block(block)
  const { count } = doc.bufferedPageRange()
  for (let number = 1; number <= count; number++) frame(doc, sheet, number, count)
  pen.root.end()
  return output.end()
}
