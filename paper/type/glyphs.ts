import type PDFKit from 'pdfkit'
import { type Face, type FontName, openFace } from '#paper/type/fonts.ts'
import { openNameFaces } from '#paper/type/names.ts'

/**
 * Type for whatever somebody types: our own faces, then those for names, then signs and emoji
 * (`paper/fonts/README.md`).
 */
export interface Glyphs {
  /** The text in the faces that have its letters. `base` is the face it should stand in. */
  runs(text: string, base: string): GlyphRun[]
  /** The face behind the name of a run. */
  face(name: string): Face
}

export interface GlyphRun {
  text: string
  face: string
  /** No face has it: a box is drawn, and whoever copies it gets the letter. */
  missing: boolean
}

const signs = ['math', 'symbols', 'cjk', 'emoji'] as const

/** What people see as the same sign, where the sign itself is in no face. */
const lookalikes: Record<string, string> = {
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '–',
  '\u2015': '—',
  '\u2212': '–',
  '\u00a0': ' ',
  '\u2028': ' ',
  '\u2029': ' ',
}

/**
 * Marks that steer software and have no shape; among them those that turn a line round, which `paper/type/bidi.ts`
 * reads.
 */
const unseen = /(?![\t\n\u200c]|\u200d)[\p{Cc}\p{Default_Ignorable_Code_Point}]|\u20e3/u
const allUnseen = new RegExp(unseen, 'gu')

export const isUnseen = (letter: string): boolean => unseen.test(letter)
export const withoutUnseen = (text: string): string => text.replace(allUnseen, '')

/** Shows nothing; shapes what stands before and behind it. */
const joiner = /\u200c|\u200d/u
/** A mark, and what joins pictures to one, stays with the letter before it. */
export const joining = /[\p{M}\u200c\p{Emoji_Modifier}]|\u200d/u

export function createGlyphs(kit: typeof PDFKit, own: Record<FontName, Face>, read: (file: string) => Buffer): Glyphs {
  const faces = new Map<string, Face>(Object.entries(own))
  faces.set('italic', openFace(kit, 'italic', read('text-italic')))
  let rare: string[] | null = null
  const openRare = (): string[] => {
    const names = openNameFaces(kit, read)
    for (const [name, face] of names) faces.set(name, face)
    for (const name of signs) faces.set(name, openFace(kit, name, read(`signs/${name}`)))
    return ['wide', ...names.keys(), ...signs]
  }
  const has = (face: string, letter: string) => faces.get(face)!.glyphs.has(letter.codePointAt(0)!)
  const known = new Map<string, string | null>()

  function faceOf(letter: string, base: string): string | null {
    if (has(base, letter)) return base
    if (has('text', letter)) return 'text'
    const found = known.get(letter)
    if (found !== undefined) return found
    rare ??= openRare()
    const face = rare.find((one) => has(one, letter)) ?? null
    known.set(letter, face)
    return face
  }

  /** The letter itself, or what stands for it; null when there is nothing. */
  function shown(letter: string, base: string): { text: string; face: string } | null {
    const face = faceOf(letter, base)
    if (face) return { text: letter, face }
    const text = lookalikes[letter] ?? letter.normalize('NFKC')
    const other = text === letter ? null : faceOf([...text][0] ?? '', base)
    return other && [...text].every((one) => has(other, one)) ? { text, face: other } : null
  }

  return {
    face: (name) => faces.get(name)!,
    runs(text, base) {
      const runs: GlyphRun[] = []
      for (const letter of text) {
        const last = runs.at(-1)
        const stays = last && !last.missing && joining.test(letter) && has(last.face, letter)
        // A joiner with nothing to join has no shape, so leaving it out loses nothing.
        if (!stays && joiner.test(letter)) continue
        const found = stays ? { text: letter, face: last.face } : shown(letter, base)
        if (!found && joining.test(letter)) continue
        if (last && found && !last.missing && last.face === found.face) last.text += found.text
        else runs.push(found ? { ...found, missing: false } : { text: letter, face: base, missing: true })
      }
      return runs
    },
  }
}
