import type PDFKit from 'pdfkit'
import { type Face, openFace } from '#paper/type/fonts.ts'

/**
 * Type for names in characters that our everyday faces do not have (`paper/fonts/README.md`), in the order in which
 * they are asked. Opened with the first such name; a document gets only the characters it uses.
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

/** True when our everyday faces have all these characters. */
export const isEveryday = (text: string, { text: plain, wide }: Known): boolean =>
  [...text].every((character) => has(plain, character) || has(wide, character))

const has = (face: Face, character: string) => face.codePoints.has(character.codePointAt(0) ?? 0)

/** Characters that no face has, each once. */
export const unprintableIn = (text: string, known: Known, names: NameFaces): string[] => [
  ...new Set([...text].filter((character) => !isKnown(character, known, names))),
]

const isKnown = (character: string, { text, wide }: Known, names: NameFaces) =>
  has(text, character) ||
  has(wide, character) ||
  scripts.some((name) => names.get(name) && has(names.get(name)!, character))
