import { type Directed, readDirections, splitByDirection, visualOrder } from '#paper/type/bidi.ts'
import type { FaceFinder } from '#paper/type/faceFinder.ts'
import type { Words } from '#paper/type/words.ts'

/** A stretch of one line in one face, with its place from the left edge of the line. */
export interface Stretch {
  text: string
  face: string
  missing: boolean
  word: Words
  x: number
  width: number
}

export interface Line {
  stretches: Stretch[]
  width: number
}

export interface Setting {
  finder: FaceFinder
  /** Points at this size. */
  measure(text: string, face: string, size: number): number
  size: number
  width: number
  /** The face of words without a mark of their own. */
  base?: string
}

interface Piece extends Directed {
  face: string
  missing: boolean
  word: Words
  width: number
}
/** What stays together when a line is broken; the space behind it goes when it ends the line. */
interface Unit {
  pieces: Piece[]
  width: number
  space: Piece | null
  /** A new line was asked for here. */
  ends: boolean
}

/** The mono face is wide for its size. */
const MONO = 0.92
export const sizeOf = (word: Words, size: number) => (word.mono ? size * MONO : size)

const places = /\n|[^\S\n\u00a0\u202f]+|[\S\u00a0\u202f]+/gu
/** After these a line may break, between two characters or before one. */
const inWord =
  /(?<=\p{L}[-–—/])(?=\p{L})|(?<=[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}、。，！？」）])(?=[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}「（])/u
const thai = new Intl.Segmenter('th', { granularity: 'word' })
const graphemes = new Intl.Segmenter('de', { granularity: 'grapheme' })

/** Breaks words into lines no wider than `width`, in the order in which they are drawn, whatever their script. */
export function* setLines(words: Words[], setting: Setting): Generator<Line> {
  const { side, parts } = readDirections(words.map(({ text }) => text))
  const typed = parts.map((part, at) => ({ ...part, word: words[at]! }))
  let line: Piece[] = []
  let width = 0
  let space: Piece | null = null
  let isFirst = true
  const end = (): Line => {
    const ended = placed(visualOrder(line), side === 'right' ? setting.width : null)
    line = []
    width = 0
    space = null
    isFirst = false
    return ended
  }
  for (const unit of unitsOf(typed, setting)) {
    for (const part of fitting(unit, setting)) {
      if (line.length > 0 && width + (space?.width ?? 0) + part.width > setting.width + 0.01) yield end()
      if (space && line.length > 0) {
        line.push(space)
        width += space.width
      }
      line.push(...part.pieces)
      width += part.width
      space = part.space
    }
    if (unit.ends) yield end()
  }
  if (line.length > 0 || isFirst) yield end()
}

function placed(pieces: Piece[], rightEdge: number | null): Line {
  const width = pieces.reduce((sum, piece) => sum + piece.width, 0)
  let x = rightEdge === null ? 0 : Math.max(0, rightEdge - width)
  const stretches: Stretch[] = []
  let before: Piece | null = null
  for (const piece of pieces) {
    const { text, face, missing, word, width: own } = piece
    const last = stretches.at(-1)
    if (last && before && areAlike(before, piece)) {
      last.text += text
      last.width += own
    } else stretches.push({ text, face, missing, word, x, width: own })
    x += own
    before = piece
  }
  return { stretches, width }
}

/** May be drawn at once. Characters that their face turns are shaped by the word. */
const areAlike = (one: Piece, other: Piece) =>
  one.face === other.face &&
  one.word === other.word &&
  !(one.missing || other.missing || one.turnsItself || other.turnsItself)

/** Words in one style, with the level of each of their characters. */
interface Typed {
  word: Words
  text: string
  levels: Uint8Array | null
}

function* unitsOf(words: Typed[], setting: Setting): Generator<Unit> {
  let unit: Unit = { pieces: [], width: 0, space: null, ends: false }
  const take = (): Unit => {
    const taken = unit
    unit = { pieces: [], width: 0, space: null, ends: false }
    return taken
  }
  for (const { word, text, levels } of words) {
    for (const { 0: part, index } of text.matchAll(places)) {
      const pieces = (step: string, from: number) => piecesOf(step, levels?.subarray(from) ?? null, word, setting)
      if (part === '\n') {
        unit.ends = true
        yield take()
      } else if (/^[^\S\u00a0\u202f]/.test(part)) {
        const [space] = pieces(word.preserve ? part : ' ', index)
        if (unit.pieces.length > 0) unit.space = space ?? null
        else if (word.preserve && space) add(unit, [space])
        if (unit.pieces.length > 0) yield take()
      } else {
        let from = index
        for (const step of stepsOf(part)) {
          if (from > index) yield take()
          add(unit, pieces(step, from))
          from += step.length
        }
      }
    }
  }
  if (unit.pieces.length > 0) yield take()
}

/** A word where a line may break within it. */
const stepsOf = (part: string): string[] =>
  /\p{sc=Thai}/u.test(part) ? [...thai.segment(part)].map(({ segment }) => segment) : part.split(inWord)

function add(unit: Unit, pieces: Piece[]): void {
  unit.pieces.push(...pieces)
  unit.width += pieces.reduce((sum, { width }) => sum + width, 0)
}

function piecesOf(text: string, levels: Uint8Array | null, word: Words, setting: Setting): Piece[] {
  const { finder, measure } = setting
  const size = sizeOf(word, setting.size)
  const base = word.mono ? 'mono' : word.bold ? 'bold' : word.italic ? 'italic' : (setting.base ?? 'text')
  return splitByDirection(text, levels).flatMap(({ text: part, ...direction }) =>
    finder.runs(part, base).map(({ text: run, face, missing }) => ({
      ...{ text: run, face, missing, word, ...direction },
      width: missing ? size * 0.7 : measure(run, face, size),
    })),
  )
}

/** A unit as it is, or cut between characters when it is wider than a line. */
function* fitting(unit: Unit, setting: Setting): Generator<Unit> {
  if (unit.width <= setting.width) {
    yield unit
    return
  }
  let part: Unit = { pieces: [], width: 0, space: null, ends: false }
  for (const piece of unit.pieces) {
    const characters = [...graphemes.segment(piece.text)].map(({ segment }) => segment)
    let at = 0
    while (at < characters.length) {
      const cut = cutOf(piece, characters, at, setting.width - part.width, setting)
      if (cut.width > setting.width - part.width && part.width > 0) {
        yield part
        part = { pieces: [], width: 0, space: null, ends: false }
        continue
      }
      add(part, [{ ...piece, text: cut.text, width: cut.width }])
      at += cut.count
      if (at === characters.length) break
      yield part
      part = { pieces: [], width: 0, space: null, ends: false }
    }
  }
  yield { ...part, space: unit.space, ends: unit.ends }
}

/** As many characters as fit, at least one. Side by side they are wider or narrower than each by itself. */
function cutOf(piece: Piece, characters: string[], at: number, room: number, { measure, size: own }: Setting) {
  const size = sizeOf(piece.word, own)
  const widthOf = (text: string) => (piece.missing ? piece.width : measure(text, piece.face, size))
  let [count, sum] = [0, 0]
  while (at + count < characters.length && (count === 0 || sum <= room)) sum += widthOf(characters[at + count++] ?? '')
  while (true) {
    const text = characters.slice(at, at + count).join('')
    const width = widthOf(text)
    if (width <= room || count === 1) return { text, width, count }
    count = Math.max(1, Math.min(count - 1, Math.floor((count * room) / width)))
  }
}
