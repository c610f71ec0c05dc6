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
  text: { file: 'text-regular', glyphs: `${ascii}ÄÖÜäöüßáàâãåæçéèêëíîïñóòôõøúùûý„“–−·•§€\u00a0` },
  bold: {
    file: 'text-bold',
    glyphs: `Die Produktivitäts-Werkstatt Bestätigung deiner Bestellung 0123456789:${capitals}`,
  },
  heading: { file: 'heading', glyphs: 'Bestätigung deiner Bestellung Was du bekommst Dein Widerrufsrecht' },
  mono: { file: 'mono', glyphs: '-0123456789 WSeitevon' },
  /** Letters like Ł and ć for names; only in a document that has one. */
  wide: { file: 'text-wide', glyphs: 'Łł' },
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
  /** Tables with rules for letters beside each other. */
  GSUB?: unknown
  GPOS?: unknown
  kern?: unknown
}
interface Glyph {
  id: number
  advanceWidth: number
  codePoints: number[]
}
interface Position {
  xAdvance: number
  yAdvance: number
  xOffset: number
  yOffset: number
  advanceWidth: number
}
/** What pdfkit keeps of a font in one document. */
interface EmbeddedFont {
  font: OpenedFont
  subset: Subset
  widths: number[]
  unicode: number[][]
  layoutCache: Layouts | null
  layoutRun(text: string): { glyphs: Glyph[]; positions: Position[]; advanceWidth: number }
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
  glyphs: Set<number>
  common: Glyph[]
  /** The cut of the common letters and the table that turns them back into text, packed. */
  packed: { cut: Buffer; text: Buffer } | null
  layouts: Layouts
  documents: number
}

/** Names and numbers would let the words laid out grow for ever. */
const DOCUMENTS_PER_CACHE = 200

export function openFaces(kit: typeof PDFKit, read: (file: string) => Buffer): Record<FontName, Face> {
  const entries = Object.entries(faces).map(([name, { file, glyphs }]) => [
    name,
    openFace(kit, name, read(file), glyphs),
  ])
  return Object.fromEntries(entries) as Record<FontName, Face>
}

/** One face; without common letters each document cuts its own. */
export function openFace(kit: typeof PDFKit, name: string, bytes: Buffer, glyphs = ''): Face {
  const scratch = new kit({ autoFirstPage: false, font: null as unknown as string }) as unknown as Insides
  scratch.font(bytes)
  const source = scratch._font.font
  // Cut from one file, regular and bold have one name, and pdfkit would compare them in every document.
  Object.defineProperty(source, 'postscriptName', { value: `Werkstatt-${name}` })
  const common = glyphs === '' ? [] : source.glyphsForString([...new Set(glyphs)].join(''))
  include(scratch._font, common)
  const packed =
    glyphs === '' ? null : { cut: deflateSync(scratch._font.subset.encode()), text: deflateSync(textTable(scratch)) }
  return { source, glyphs: new Set(source.characterSet), common, packed, layouts: {}, documents: 0 }
}

/**
 * Registers a face whose words no other document will know: a notebook has more of them than a process should keep, and
 * they are its writer's own.
 */
export function placeAlone(doc: PDFKit.PDFDocument, name: string, face: Face): void {
  placeFaces(doc, [[name, face]])
  const embedded = (doc as unknown as Insides)._font
  const { GSUB, GPOS, kern } = face.source
  if (GSUB || GPOS || kern) embedded.layoutCache = Object.create(null) as Layouts
  else layOutPlainly(embedded)
}

/** In a face without rules for neighbours each letter is its glyph: nothing to shape, and nothing worth keeping. */
function layOutPlainly(embedded: EmbeddedFont): void {
  const shaped = embedded.layoutRun.bind(embedded)
  const scale = 1000 / embedded.font.unitsPerEm
  const positions = new Map<number, Position>()
  const positionOf = ({ id, advanceWidth }: Glyph): Position => {
    const known = positions.get(id)
    if (known) return known
    const advance = advanceWidth * scale
    const position = { xAdvance: advance, yAdvance: 0, xOffset: 0, yOffset: 0, advanceWidth: advance }
    positions.set(id, position)
    return position
  }
  embedded.layoutCache = null
  embedded.layoutRun = (text) => {
    if (/\p{M}/u.test(text)) return shaped(text)
    const glyphs = embedded.font.glyphsForString(text)
    const placed = glyphs.map(positionOf)
    return { glyphs, positions: placed, advanceWidth: placed.reduce((sum, { xAdvance }) => sum + xAdvance, 0) }
  }
}

/** Forgets the words laid out so far in faces from `placeAlone`. */
export function forgetLayouts(doc: PDFKit.PDFDocument, names: Iterable<string>): void {
  for (const name of names) {
    const embedded = (doc.font(name) as unknown as Insides)._font
    if (embedded.layoutCache) embedded.layoutCache = Object.create(null) as Layouts
  }
}

/** Registers faces in a new document, each with its common letters already in place. */
export function placeFaces(doc: PDFKit.PDFDocument, opened: Iterable<[string, Face]>): void {
  const inside = doc as unknown as Insides
  const newest = watchReferences(inside)
  for (const [name, face] of opened) {
    doc.registerFont(name, face.source as unknown as Buffer)
    doc.font(name)
    const embedded = inside._font
    if (face.documents++ % DOCUMENTS_PER_CACHE === 0) face.layouts = Object.create(null) as Layouts
    embedded.layoutCache = face.layouts
    include(embedded, face.common)
    const { packed } = face
    if (!packed) continue
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
      const file = inside.ref({ Filter: 'FlateDecode' })
      file.end(packed.text)
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
