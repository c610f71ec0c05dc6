import type PDFKit from 'pdfkit'
import { type Face, openFace } from '#libs/paperFonts.ts'
import type { Words } from '#libs/paperPen.ts'

/**
 * Type for names in letters that our everyday faces do not have (`emails/fonts/README.md`), in the order in which they are
 * asked. Opened with the first such name; a document gets only the letters it uses.
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

const rightToLeft = new Set<string | undefined>(['hebrew', 'arabic'])

export const openNameFaces = (kit: typeof PDFKit, read: (file: string) => Buffer): NameFaces =>
  new Map(scripts.map((name) => [name, openFace(kit, name, read(`names/${name}`))]))

interface Known {
  text: Face
  wide: Face
}

/** True when our everyday faces have all these letters. */
export const isEveryday = (text: string, { text: plain, wide }: Known): boolean =>
  [...text].every((letter) => has(plain, letter) || has(wide, letter))

const has = (face: Face, letter: string) => face.letters.has(letter.codePointAt(0) ?? 0)

/** Letters that no face has, each once. */
export const unknownLetters = (text: string, known: Known, names: NameFaces): string[] => [
  ...new Set([...text].filter((letter) => faceOf(letter, null, known, names) === null)),
]

/**
 * A name as words in the faces that have its letters, in the order in which a page is written: words from right to left
 * among themselves stand the other way round. null if a letter is in no face.
 */
export function spellName(text: string, known: Known, names: NameFaces): Words[] | null {
  const runs: Words[] = []
  for (const letter of text) {
    const last = runs.at(-1)
    const face = faceOf(letter, last ? (last.face ?? 'text') : null, known, names)
    if (face === null) return null
    if (last && (last.face ?? 'text') === face) last.text += letter
    else runs.push(face === 'text' ? { text: letter } : { text: letter, face })
  }
  return asWritten(runs)
}

/** A mark belongs to the letter before it, so it stays in that face if it can. */
function faceOf(letter: string, before: string | null, { text, wide }: Known, names: NameFaces): string | null {
  if (/[\p{M}\u200c\u200d]/u.test(letter) && before && before !== 'text' && before !== 'wide') {
    const same = names.get(before as NameFace)
    if (same && has(same, letter)) return before
  }
  if (has(text, letter)) return 'text'
  if (has(wide, letter)) return 'wide'
  return scripts.find((name) => names.get(name) && has(names.get(name)!, letter)) ?? null
}

/** Within one word the type itself writes from right to left; here only the order of the words is turned. */
function asWritten(runs: Words[]): Words[] {
  const isRtl = (run: Words | undefined) => run !== undefined && rightToLeft.has(run.face)
  const isGap = (run: Words | undefined) => run !== undefined && /^[\s.'’-]+$/.test(run.text)
  const result: Words[] = []
  for (let at = 0; at < runs.length; at++) {
    if (!isRtl(runs[at])) {
      result.push(runs[at]!)
      continue
    }
    let end = at
    while (isRtl(runs[end + 1]) || (isGap(runs[end + 1]) && isRtl(runs[end + 2]))) end++
    result.push(...runs.slice(at, end + 1).reverse())
    at = end
  }
  return result
}
