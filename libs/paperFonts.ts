import { deflateSync } from 'node:zlib'
import type PDFKit from 'pdfkit'

/**
 * The type of our paper, opened once per process. pdfkit cuts, writes and packs each font anew for every document,
 * which is most of the work of a short one. So the letters that nearly every document uses are cut and packed once;
 * a document with a letter more gets a cut of its own. Reaches into pdfkit and fontkit, whose versions are pinned.
 */
const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('')
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const faces = {
  text: { file: 'text-regular', letters: `${ascii}ÄÖÜäöüßáàâãåæçéèêëíîïñóòôõøúùûý„“–−·•§€\u00a0` },
  bold: {
    file: 'text-bold',
    letters: `Die Produktivitäts-Werkstatt Bestätigung deiner Bestellung 0123456789:${capitals}`,
  },
  heading: { file: 'heading', letters: 'Bestätigung deiner Bestellung Was du bekommst Dein Widerrufsrecht' },
  mono: { file: 'mono', letters: '-0123456789 WSeitevon' },
  /** Letters like Ł and ć for names; only in a document that has one. */
  wide: { file: 'text-wide', letters: 'Łł' },
}
export type FontName = keyof typeof faces

interface Subset {
  glyphs: number[]
  includeGlyph(id: number): number
  encode(): Uint8Array
}
interface OpenedFont {
  characterSet: number[]
  glyphsForString(text: string): { id: number; advanceWidth: number; codePoints: number[] }[]
  createSubset(): Subset
  unitsPerEm: number
}
/** What pdfkit keeps of a font in one document. */
interface EmbeddedFont {
  font: OpenedFont
  subset: Subset
  widths: number[]
  unicode: number[][]
  layoutCache: Layouts
  toUnicodeCmap(): Reference
}
/** Words already laid out; pdfkit would do it anew in every document. */
type Layouts = Record<string, unknown>
interface Reference {
  data: Record<string, unknown>
  compress: boolean
  end(bytes: string | Uint8Array): void
}
type Insides = Omit<PDFKit.PDFDocument, 'ref'> & { _font: EmbeddedFont; ref(data?: object): Reference }

export interface Face {
  source: OpenedFont
  letters: Set<number>
  common: { id: number; advanceWidth: number; codePoints: number[] }[]
  /** The cut of the common letters and the table that turns them back into text, packed. */
  packed: { cut: Buffer; text: Buffer }
  layouts: Layouts
  documents: number
}

/** Names and numbers would let the words laid out grow for ever. */
const DOCUMENTS_PER_CACHE = 200

export function openFaces(kit: typeof PDFKit, read: (file: string) => Buffer): Record<FontName, Face> {
  const scratch = new kit({ autoFirstPage: false }) as unknown as Insides
  const entries = Object.entries(faces).map(([name, { file, letters }]) => {
    scratch.font(read(file))
    const source = scratch._font.font
    // Cut from one file, regular and bold have one name, and pdfkit would compare them in every document.
    Object.defineProperty(source, 'postscriptName', { value: `Werkstatt-${name}` })
    const common = source.glyphsForString([...new Set(letters)].join(''))
    include(scratch._font, common)
    const packed = { cut: deflateSync(scratch._font.subset.encode()), text: deflateSync(textTable(scratch)) }
    const known = new Set(source.characterSet)
    return [name, { source, letters: known, common, packed, layouts: {}, documents: 0 }] as const
  })
  return Object.fromEntries(entries) as unknown as Record<FontName, Face>
}

/** Registers all faces in a new document, each with its common letters already in place. */
export function placeFaces(doc: PDFKit.PDFDocument, opened: Record<FontName, Face>, wide: boolean): void {
  const inside = doc as unknown as Insides
  const newest = watchReferences(inside)
  for (const name of Object.keys(faces) as FontName[]) {
    if (name === 'wide' && !wide) continue
    const face = opened[name]
    doc.registerFont(name, face.source as unknown as Buffer)
    doc.font(name)
    const embedded = inside._font
    if (face.documents++ % DOCUMENTS_PER_CACHE === 0) face.layouts = Object.create(null) as Layouts
    embedded.layoutCache = face.layouts
    include(embedded, face.common)
    const { subset } = embedded
    const size = subset.glyphs.length
    const cut = subset.encode.bind(subset)
    subset.encode = () => {
      if (subset.glyphs.length > size) return cut()
      const file = newest()
      file.data.Filter = 'FlateDecode'
      file.compress = false
      return face.packed.cut
    }
    const table = embedded.toUnicodeCmap.bind(embedded)
    embedded.toUnicodeCmap = () => {
      if (subset.glyphs.length > size) return table()
      const file = inside.ref({ Filter: 'FlateDecode' })
      file.end(face.packed.text)
      return file
    }
  }
}

/** Gives glyphs their places in a cut, in this order. */
function include(embedded: EmbeddedFont, glyphs: Face['common']): void {
  const scale = 1000 / embedded.font.unitsPerEm
  for (const glyph of glyphs) {
    const place = embedded.subset.includeGlyph(glyph.id)
    embedded.widths[place] = glyph.advanceWidth * scale
    embedded.unicode[place] ??= glyph.codePoints
  }
}

/** The text of the table, caught on its way into a document nobody keeps. */
function textTable(scratch: Insides): string {
  const ref = scratch.ref
  let text = ''
  const end = (written: string | Uint8Array) => {
    text = String(written)
  }
  scratch.ref = () => ({ data: {}, compress: false, end })
  scratch._font.toUnicodeCmap()
  scratch.ref = ref
  return `${text}\n`
}

/** pdfkit makes the reference of a font's file right before it asks for the bytes. */
function watchReferences(doc: Insides): () => Reference {
  const make = doc.ref.bind(doc)
  let last: Reference | null = null
  doc.ref = (data) => {
    last = make(data)
    return last
  }
  return () => {
    if (!last) throw new Error('pdfkit asked for a font before it made a file for it')
    return last
  }
}
