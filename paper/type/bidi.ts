/**
 * In which order the pieces of a line are drawn when some of them are written from right to left: the part of Unicode's
 * bidirectional algorithm (UAX 9) that plain paragraphs need. No marks of embedding are read; the caller takes them out.
 */
export type Direction = 'left' | 'right' | 'number' | 'neutral'

const rtl = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
const classes = /(\p{N}+(?:[.,:]\p{N}+)*)|([\p{L}\p{M}\u200c\u200d]+)|([^\p{L}\p{N}\p{M}]+)/gu

export const hasRightToLeft = (text: string): boolean => rtl.test(text)

/** Where a paragraph begins: with the side of its first letter. */
export const startsRight = (text: string): boolean => rtl.test(/\p{L}/u.exec(text)?.[0] ?? '')

/** Cuts a text where its direction may change; nothing gets lost. */
export function splitByDirection(text: string): { text: string; direction: Direction }[] {
  return [...text.matchAll(classes)].map(([part, number, glyphs]) => ({
    text: part,
    direction: number ? 'number' : !glyphs ? 'neutral' : rtl.test(glyphs) ? 'right' : 'left',
  }))
}

/** The pieces of one line from left to right; what stands turned among them is turned in itself too. */
export function visualOrder<Piece extends { text: string; direction: Direction }>(
  pieces: Piece[],
  base: 'left' | 'right',
): Piece[] {
  const levels = levelsOf(pieces, base === 'right' ? 1 : 0)
  const line = pieces.map((piece, at) => ({ piece: isTurned(piece, levels[at]!) ? mirrored(piece) : piece, at }))
  for (let level = 2; level >= 1; level--)
    for (let from = 0; from < line.length; from++) {
      let to = from
      while (to < line.length && levels[line[to]!.at]! >= level) to++
      if (to > from) line.splice(from, to - from, ...line.slice(from, to).reverse())
      from = Math.max(from, to)
    }
  return line.map(({ piece }) => piece)
}

/** Odd levels run from right to left. */
function levelsOf(pieces: { direction: Direction }[], base: 0 | 1): number[] {
  const even = base === 1 ? 2 : 0
  let strong: Direction = base === 1 ? 'right' : 'left'
  const sides = pieces.map(({ direction }): 'left' | 'right' | null => {
    if (direction === 'left' || direction === 'right') strong = direction
    // A number takes part in the order of the words around it.
    return direction === 'neutral' ? null : strong === 'right' ? 'right' : 'left'
  })
  return pieces.map(({ direction }, at) => {
    if (direction === 'left') return even
    if (direction === 'right') return 1
    if (direction === 'number') return sides[at] === 'right' ? 2 : even
    const before = sides.slice(0, at).findLast((side) => side !== null) ?? (base === 1 ? 'right' : 'left')
    const after = sides.slice(at + 1).find((side) => side !== null) ?? (base === 1 ? 'right' : 'left')
    return before === after ? (before === 'right' ? 1 : even) : base
  })
}

const isTurned = ({ direction }: { direction: Direction }, level: number) => direction === 'neutral' && level % 2 === 1

const mirrors: Record<string, string> = Object.fromEntries(
  ['()', '[]', '{}', '<>', '«»', '‹›'].flatMap(([a = '', b = '']) => [
    [a, b],
    [b, a],
  ]),
)

const mirrored = <Piece extends { text: string }>(piece: Piece): Piece => ({
  ...piece,
  text: [...piece.text]
    .reverse()
    .map((letter) => mirrors[letter] ?? letter)
    .join(''),
})
