import bidiFactory, { type BidiCharTypeName } from 'bidi-js'
import { isUnseen, joining, withoutUnseen } from '#paper/type/faceFinder.ts'

/**
 * In which order the pieces of a line are drawn when some of them are written from right to left: Unicode's
 * bidirectional algorithm (UAX 9). `bidi-js` finds the level of each character of a paragraph; cutting it into pieces
 * and ordering those of one line is ours, because lines are broken in between.
 */

const bidi = bidiFactory()

/** Even levels run from left to right, odd ones from right to left. */
export type Level = number

/** A paragraph without the marks that have no shape. */
export interface Directions {
  /** The side on which the paragraph begins. */
  side: 'left' | 'right'
  /** The texts, each with a level for every UTF-16 unit; null when all of them run from left to right. */
  parts: { text: string; levels: Uint8Array | null }[]
}

const rightToLeft =
  /[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/**
 * Reads the directions of a paragraph that stands in several texts, one for each style. Marks that steer them (U+200F,
 * U+2067 …) are obeyed and taken out. Overrides count as embeddings: no word of a document is drawn backwards.
 */
export function readDirections(texts: string[]): Directions {
  const typed = texts.map((text) => text.normalize('NFC').replaceAll('\t', '    '))
  const whole = typed.join('')
  if (!rightToLeft.test(whole))
    return { side: 'left', parts: typed.map((text) => ({ text: withoutUnseen(text), levels: null })) }
  const alike = [...whole].map(standIn).join('')
  const side = startsRight(alike) ? 'right' : 'left'
  const levels = levelsOf(alike, side)
  let from = 0
  const parts = typed.map((text) => {
    const part = seenWithLevels(text, levels.subarray(from, from + text.length))
    from += text.length
    return part
  })
  return { side, parts }
}

/** `bidi-js` reads UTF-16 units: beyond the first 65,536 characters it gets two of the same kind instead. */
const alikes: Partial<Record<BidiCharTypeName, string>> = {
  ...{ L: 'a', R: '\u05d0', AL: '\u0627', EN: '0', AN: '\u0660', ET: '%', NSM: '\u0301', BN: '\u200d' },
}

function standIn(character: string): string {
  if (character.length > 1) return (alikes[bidi.getBidiCharTypeName(character)] ?? '*').repeat(character.length)
  if (character === '\u202d') return '\u202a'
  if (character === '\u202e') return '\u202b'
  return character === '\u2029' ? ' ' : character
}

/** The side of the first character that has one, outside of isolates (rules P2 and P3). */
function startsRight(text: string): boolean {
  let depth = 0
  for (const character of text) {
    const type = bidi.getBidiCharTypeName(character)
    if (type === 'LRI' || type === 'RLI' || type === 'FSI') depth++
    else if (type === 'PDI') depth = Math.max(0, depth - 1)
    else if (depth === 0 && (type === 'L' || type === 'R' || type === 'AL')) return type !== 'L'
  }
  return false
}

/**
 * All lines that were typed begin on the same side. One by one: together they would take `bidi-js` the square of the
 * time.
 */
function levelsOf(text: string, side: Directions['side']): Uint8Array {
  const levels = new Uint8Array(text.length)
  let from = 0
  for (const line of text.split('\n')) {
    levels.set(bidi.getEmbeddingLevels(line, side === 'right' ? 'rtl' : 'ltr').levels, from)
    from += line.length + 1
  }
  return levels
}

function seenWithLevels(typed: string, all: Uint8Array): Directions['parts'][number] {
  const levels: Level[] = []
  let text = ''
  let at = 0
  for (const character of typed) {
    if (!isUnseen(character)) {
      // A mark or a joiner has the level of the character before it.
      const level = (joining.test(character) ? levels.at(-1) : undefined) ?? all[at] ?? 0
      for (const _unit of character.split('')) levels.push(level)
      text += character
    }
    at += character.length
  }
  return { text, levels: Uint8Array.from(levels) }
}

/** Part of a line that is drawn at once. */
export interface Directed {
  text: string
  level: Level
  /** Characters that their face turns by itself, whatever stands around them. */
  turnsItself: boolean
}

/** Scripts that fontkit turns round, digits among them. */
const turning = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/** Cuts a text where its direction changes, and mirrors its brackets; nothing gets lost. */
export function splitByDirection(text: string, levels: Uint8Array | null): Directed[] {
  if (!levels) return text === '' ? [] : [{ text, level: 0, turnsItself: false }]
  const runs: Directed[] = []
  let at = 0
  for (const character of text) {
    const level = levels[at] ?? 0
    const last = runs.at(-1)
    const joins = last !== undefined && joining.test(character)
    const turnsItself = joins ? last.turnsItself : turning.test(character)
    const shown = (level % 2 === 1 && bidi.getMirroredCharacter(character)) || character
    if (last && last.level === level && last.turnsItself === turnsItself) last.text += shown
    else runs.push({ text: shown, level, turnsItself })
    at += character.length
  }
  return runs
}

/** The pieces of one line from left to right (rule L2), each with its characters as its face has to get them. */
export function visualOrder<Piece extends Directed>(pieces: Piece[]): Piece[] {
  const line = pieces.map((piece) => ((piece.level % 2 === 1) === piece.turnsItself ? piece : turned(piece)))
  const highest = pieces.reduce((most, { level }) => Math.max(most, level), 0)
  for (let level = highest; level >= 1; level--)
    for (let from = 0; from < line.length; from++) {
      let to = from
      while (to < line.length && line[to]!.level >= level) to++
      if (to > from) line.splice(from, to - from, ...line.slice(from, to).reverse())
      from = Math.max(from, to)
    }
  return line
}

const graphemes = new Intl.Segmenter('de', { granularity: 'grapheme' })

/** The text reversed; signs made of several code points stay whole. */
const turned = <Piece extends Directed>(piece: Piece): Piece => ({
  ...piece,
  text: [...graphemes.segment(piece.text)]
    .map(({ segment }) => segment)
    .reverse()
    .join(''),
})
