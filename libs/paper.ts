import { readFileSync } from 'node:fs'
import path from 'node:path'
import type PDFKit from 'pdfkit'
import { type Face, type FontName, openFaces, placeFaces } from '#libs/paperFonts.ts'
import { frame, head } from '#libs/paperFrame.ts'
import { gatherOutput } from '#libs/paperOutput.ts'
import { createPen, margins, type Sheet } from '#libs/paperPen.ts'

export type { Block, Words } from '#libs/paperPen.ts'

type OpenFonts = Record<FontName, Face> & { supports(text: string): boolean }

/** Draws sheets that look like our Laufzettel; see `emails/fonts/README.md` for the type. */
export interface Paper {
  /** The PDF's bytes: tagged, German, the same for the same sheet. */
  print(sheet: Sheet): Promise<Buffer>
  /** Whether our type has every letter of this text. */
  canWrite(text: string): Promise<boolean>
}

/** `root` is the project's folder: bundles move, fonts do not. Nothing is loaded before the first sheet. */
export function createPaper(root: string): Paper {
  let opened: Promise<{ kit: typeof PDFKit; fonts: OpenFonts }> | null = null
  const open = () => {
    opened ??= openKit(root)
    return opened
  }
  return {
    async print(sheet) {
      const { kit, fonts } = await open()
      return draw(new kit(optionsOf(sheet)), sheet, fonts)
    },
    canWrite: async (text) => (await open()).fonts.supports(text),
  }
}

async function openKit(root: string): Promise<{ kit: typeof PDFKit; fonts: OpenFonts }> {
  const { default: kit } = await import('pdfkit')
  const fonts = openFaces(kit, (file) => readFileSync(path.join(root, 'emails', 'fonts', `${file}.ttf`)))
  const supports = (text: string) => [...text].every((letter) => fonts.text.letters.has(letter.codePointAt(0) ?? 0))
  return { kit, fonts: { ...fonts, supports } }
}

const optionsOf = (sheet: Sheet): PDFKit.PDFDocumentOptions => ({
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

function draw(doc: PDFKit.PDFDocument, sheet: Sheet, fonts: OpenFonts): Buffer {
  const output = gatherOutput(doc)
  placeFaces(doc, fonts)
  const pen = createPen(doc)
  head(pen, sheet)
  for (const block of sheet.blocks) pen.block(block)
  const { count } = doc.bufferedPageRange()
  for (let number = 1; number <= count; number++) frame(doc, sheet, number, count)
  pen.root.end()
  return output.end()
}
