import { readFileSync } from 'node:fs'
import path from 'node:path'
import type PDFKit from 'pdfkit'
import { type Face, type FontName, openFaces, placeFaces } from '#libs/paperFonts.ts'
import { frame, head } from '#libs/paperFrame.ts'
import { gatherOutput } from '#libs/paperOutput.ts'
import { createPen, margins, type Sheet, type Words } from '#libs/paperPen.ts'

export type { Block, Words } from '#libs/paperPen.ts'

type OpenFonts = Record<FontName, Face>

/** Draws sheets that look like our Laufzettel; see `emails/fonts/README.md` for the type. */
export interface Paper {
  /** The PDF's bytes: tagged, German, the same for the same sheet. */
  print(sheet: Sheet): Promise<Buffer>
  /** A name as words in the faces that have its letters, null if one is in none of them. */
  spell(text: string): Promise<Words[] | null>
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
    spell: async (text) => spell(text.normalize('NFC'), (await open()).fonts),
  }
}

async function openKit(root: string): Promise<{ kit: typeof PDFKit; fonts: OpenFonts }> {
  const { default: kit } = await import('pdfkit')
  const fonts = openFaces(kit, (file) => readFileSync(path.join(root, 'emails', 'fonts', `${file}.ttf`)))
  return { kit, fonts }
}

function spell(text: string, fonts: OpenFonts): Words[] | null {
  const runs: { text: string; wide: boolean }[] = []
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0
    const wide = !fonts.text.letters.has(code)
    if (wide && !fonts.wide.letters.has(code)) return null
    const last = runs.at(-1)
    if (last?.wide === wide) last.text += letter
    else runs.push({ text: letter, wide })
  }
  return runs
}

const usesWide = (sheet: Sheet) =>
  sheet.blocks.some((block) => block.kind === 'p' && block.words.some((word) => word.wide))

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
  placeFaces(doc, fonts, usesWide(sheet))
  const pen = createPen(doc)
  head(pen, sheet)
  for (const block of sheet.blocks) pen.block(block)
  const { count } = doc.bufferedPageRange()
  for (let number = 1; number <= count; number++) frame(doc, sheet, number, count)
  pen.root.end()
  return output.end()
}
