import type PDFKit from 'pdfkit'
import { type Face, openFace } from '#paper/type/fonts.ts'

/**
 * Type for names in letters that our everyday faces do not have (`paper/fonts/README.md`), in the order in which they
 * are asked. Opened with the first such name; a document gets only the letters it uses.
 */
const scripts = [
  'latin-more',
  'greek-cyrillic',
  'hebrew',
  'arabic',
  'armenian',
  'georgian',
  'devanagari',
  'tamil',
  'thai',
  'han',
  'hangul',
] as const
export type NameFace = (typeof scripts)[number]
export type NameFaces = Map<NameFace, Face>

export const openNameFaces = (kit: typeof PDFKit, read: (file: string) => Buffer): NameFaces =>
  new Map(scripts.map((name) => [name, openFace(kit, name, read(`names/${name}`))]))

interface Known {
  text: Face
  wide: Face
}

/** True when our everyday faces have all these letters. */
export const isEveryday = (text: string, { text: plain, wide }: Known): boolean =>
  [...text].every((letter) => has(plain, letter) || has(wide, letter))

const has = (face: Face, letter: string) => face.glyphs.has(letter.codePointAt(0) ?? 0)

/** Letters that no face has, each once. */
export const unknownGlyphs = (text: string, known: Known, names: NameFaces): string[] => [
  ...new Set([...text].filter((letter) => !isKnown(letter, known, names))),
]

const isKnown = (letter: string, { text, wide }: Known, names: NameFaces) =>
  has(text, letter) || has(wide, letter) || scripts.some((name) => names.get(name) && has(names.get(name)!, letter))
