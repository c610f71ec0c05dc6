import type PDFKit from 'pdfkit'
import { type Face, type FontName, openFace } from '#paper/type/fonts.ts'
import { openNameFaces } from '#paper/type/nameFaces.ts'

/**
 * Finds a face for whatever somebody types: our own first, then those for names, then signs and emoji
 * (`paper/fonts/README.md`). The rare ones are opened with the first character that needs them.
 */
export interface FaceFinder {
  /** The text in the faces that have its characters. `base` is the face it should stand in. */
  runs(text: string, base: string): FaceRun[]
  /** The face behind the name of a run. */
  face(name: string): Face
}

export interface FaceRun {
  text: string
  face: string
  /** No face has it: a box is drawn, and whoever copies it gets the character. */
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

export const isUnseen = (character: string): boolean => unseen.test(character)
export const withoutUnseen = (text: string): string => text.replace(allUnseen, '')

/** The two joiners: without a shape of their own, they shape what stands before and behind them. */
const joiner = /\u200c|\u200d/u
/** A mark, and what joins pictures to one, stays with the character before it. */
export const joining = /[\p{M}\u200c\p{Emoji_Modifier}]|\u200d/u

export function createFaceFinder(
  kit: typeof PDFKit,
  own: Record<FontName, Face>,
  read: (file: string) => Buffer,
): FaceFinder {
  const faces = new Map<string, Face>(Object.entries(own))
  faces.set('italic', openFace(kit, 'italic', read('text-italic')))
  let rare: string[] | null = null
  const openRare = (): string[] => {
    const names = openNameFaces(kit, read)
    for (const [name, face] of names) faces.set(name, face)
    for (const name of signs) faces.set(name, openFace(kit, name, read(`signs/${name}`)))
    return ['wide', ...names.keys(), ...signs]
  }
  const has = (face: string, character: string) => faces.get(face)!.codePoints.has(character.codePointAt(0)!)
  const known = new Map<string, string | null>()

  function faceOf(character: string, base: string): string | null {
    if (has(base, character)) return base
    if (has('text', character)) return 'text'
    const found = known.get(character)
    if (found !== undefined) return found
    rare ??= openRare()
    const face = rare.find((one) => has(one, character)) ?? null
    known.set(character, face)
    return face
  }

  /** The character itself, or what stands for it; null when there is nothing. */
  function shown(character: string, base: string): { text: string; face: string } | null {
    const face = faceOf(character, base)
    if (face) return { text: character, face }
    const text = lookalikes[character] ?? character.normalize('NFKC')
    const other = text === character ? null : faceOf([...text][0] ?? '', base)
    return other && [...text].every((one) => has(other, one)) ? { text, face: other } : null
  }

  return {
    face: (name) => faces.get(name)!,
    runs(text, base) {
      const runs: FaceRun[] = []
      for (const character of text) {
        const last = runs.at(-1)
        const stays = last && !last.missing && joining.test(character) && has(last.face, character)
        // A joiner with nothing to join has no shape, so leaving it out loses nothing.
        if (!stays && joiner.test(character)) continue
        const found = stays ? { text: character, face: last.face } : shown(character, base)
        if (!found && joining.test(character)) continue
        if (last && found && !last.missing && last.face === found.face) last.text += found.text
        else runs.push(found ? { ...found, missing: false } : { text: character, face: base, missing: true })
      }
      return runs
    },
  }
}
