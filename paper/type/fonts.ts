import { deflateSync } from 'node:zlib'
import type PDFKit from 'pdfkit'

/**
 * The type of our paper, opened once per process. pdfkit cuts, writes and packs each font anew for every document,
 * which is most of the work of a short one: without this a welcome letter takes half as much processor time again, its
 * PDF twice as much (docs/decisions/insidesOfPdfkit.md has the figures). So the glyphs that nearly every document uses
 * are cut and packed once; a document with a glyph more gets a cut of its own. Words are laid out once for many
 * documents, which wins another seventh. Reaches into pdfkit and fontkit, whose versions are pinned.
 */

const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('')
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const faces = {
  text: { file: 'text-regular', common: `${ascii}ÄÖÜäöüßáàâãåæçéèêëíîïñóòôõøúùûý„“–−·•§€\u00a0` },
  bold: {
    file: 'text-bold',
    common: `Die Produktivitäts-Werkstatt Bestätigung deiner Bestellung 0123456789:${capitals}`,
  },
  heading: { file: 'heading', common: 'Bestätigung deiner Bestellung Was du bekommst Dein Widerrufsrecht' },
  mono: { file: 'mono', common: '-0123456789 WSeitevon' },
  /** Characters like Ł and ć for names; only in a document that has one. */
  wide: { file: 'text-wide', common: 'Łł' },
}
export type FontName = keyof typeof faces

interface Subset {
  glyphs: number[]
  includeGlyph(id: number): number
  encode(): Uint8Array
}
interface OpenedFont {
  characterSet: number[]
  glyphsForString(text: string): Glyph[]
  createSubset(): Subset
  unitsPerEm: number
}
interface Glyph {
  id: number
  advanceWidth: number
  codePoints: number[]
}
/** What pdfkit keeps of a font in one document. */
interface EmbeddedFont {
  font: OpenedFont
  subset: Subset
  widths: number[]
  unicode: number[][]
  /** Words already laid out. */
  layoutCache: Record<string, unknown>
  toUnicodeCmap(): Reference
}
interface Reference {
  data: Record<string, unknown>
  compress: boolean
  end(bytes: string | Uint8Array): void
}
type Insides = Omit<PDFKit.PDFDocument, 'ref'> & { _font: EmbeddedFont; ref(data?: object): Reference }

/** The cut of the common glyphs and the table that turns them back into text, both deflated. */
interface Packed {
  cut: Buffer
  text: Buffer
}

/** A face of our type, open. */
export interface Face {
  source: OpenedFont
  /** The characters it has. */
  codePoints: Set<number>
  /** What lies in every document that uses it. */
  common: Glyph[]
  packed: Packed | null
  /** Words laid out for short documents, and for how many. */
  layouts: Record<string, unknown>
  documents: number
}

/** Names and numbers would let the words laid out grow for ever. */
const DOCUMENTS_PER_CACHE = 200

export function openFaces(kit: typeof PDFKit, read: (file: string) => Buffer): Record<FontName, Face> {
  const entries = Object.entries(faces).map(([name, { file, common }]) => [
    name,
    openFace(kit, name, read(file), common),
  ])
  return Object.fromEntries(entries) as Record<FontName, Face>
}

/** One face; without common characters each document cuts its own. */
export function openFace(kit: typeof PDFKit, name: string, bytes: Buffer, characters = ''): Face {
  const scratch = new kit({ autoFirstPage: false, font: null as unknown as string }) as unknown as Insides
  scratch.font(bytes)
  const source = scratch._font.font
  // Cut from one file, regular and bold have one name, and pdfkit would compare them in every document.
  Object.defineProperty(source, 'postscriptName', { value: `Werkstatt-${name}` })
  const common = characters === '' ? [] : source.glyphsForString([...new Set(characters)].join(''))
  include(scratch._font, common)
  const packed =
    characters === ''
      ? null
      : { cut: deflateSync(scratch._font.subset.encode()), text: deflateSync(textTable(scratch)) }
  return { source, codePoints: new Set(source.characterSet), common, packed, layouts: {}, documents: 0 }
}

/** Forgets the words laid out so far: a notebook has more of them than a process should keep. */
export function forgetLayouts(doc: PDFKit.PDFDocument, names: Iterable<string>): void {
  for (const name of names) (doc.font(name) as unknown as Insides)._font.layoutCache = Object.create(null)
}

/** Registers a face in a document and writes with it, its common glyphs already in their places. */
export function placeFace(doc: PDFKit.PDFDocument, name: string, face: Face): void {
  const inside = doc as unknown as Insides
  doc.registerFont(name, face.source as unknown as Buffer)
  doc.font(name)
  const embedded = inside._font
  include(embedded, face.common)
  if (face.packed) embedPacked(inside, embedded, face.packed)
}

/** The same for a short document, whose words are mostly those of the ones before: they are laid out once for all. */
export function placeSharedFace(doc: PDFKit.PDFDocument, name: string, face: Face): void {
  placeFace(doc, name, face)
  if (face.documents++ % DOCUMENTS_PER_CACHE === 0) face.layouts = Object.create(null)
  ;(doc as unknown as Insides)._font.layoutCache = face.layouts
}

/** The packed cut goes into the document unless it got a glyph that is not in it. */
function embedPacked(doc: Insides, embedded: EmbeddedFont, packed: Packed): void {
  const newest = watchReferences(doc)
  const { subset } = embedded
  const size = subset.glyphs.length
  const cut = subset.encode.bind(subset)
  subset.encode = () => {
    if (subset.glyphs.length > size) return cut()
    const file = newest()
    file.data.Filter = 'FlateDecode'
    file.compress = false
    return packed.cut
  }
  const table = embedded.toUnicodeCmap.bind(embedded)
  embedded.toUnicodeCmap = () => {
    if (subset.glyphs.length > size) return table()
    const file = doc.ref({ Filter: 'FlateDecode' })
    file.end(packed.text)
    return file
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

/** The table's text, taken from a document that is thrown away. */
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
