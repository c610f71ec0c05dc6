import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitByDirection, startsRight, visualOrder } from './bidi.ts'

/** Capitals stand for letters from right to left, as in Unicode's own examples. */
const alef = 0x5d0
const hebrew = (text: string) =>
  text.replace(/[A-Z]/g, (letter) => String.fromCharCode(alef + letter.charCodeAt(0) - 65))
const plain = (text: string) =>
  text.replace(/[א-ת]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - alef + 65))

/** As it is seen from left to right; a word from right to left is turned by its face. */
function seen(text: string, base: 'left' | 'right' = startsRight(hebrew(text)) ? 'right' : 'left'): string {
  const pieces = hebrew(text)
    .split(/(\s+)/)
    .flatMap((part) => splitByDirection(part))
  const turned = (one: { text: string; direction: string }) =>
    one.direction === 'right' ? [...one.text].reverse().join('') : one.text
  return plain(visualOrder(pieces, base).map(turned).join(''))
}

test.each([
  ['he said AB CD to me', 'he said DC BA to me'],
  ['AB CD', 'DC BA'],
  ['AB cd ef GH', 'HG cd ef BA'],
  ['AB 12 CD', 'DC 12 BA'],
  ['AB (CD) EF.', '.FE (DC) BA'],
  ['ab (CD) ef.', 'ab (DC) ef.'],
  ['ab CD, EF gh', 'ab FE ,DC gh'],
  ['AB 1.250,5 CD', 'DC 1.250,5 BA'],
  ['nur links, 12 (so)', 'nur links, 12 (so)'],
])('%s is seen as %s', (typed, expected) => expect(seen(typed)).toBe(expected))

test('a paragraph begins on the side of its first letter', () => {
  expect([startsRight('12 – שלום'), startsRight('a שלום'), startsRight('12'), startsRight('سلام a')]).toEqual([
    true,
    false,
    false,
    true,
  ])
})

test('no piece gets lost or doubled', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'aאب1 ().,') }), fc.boolean(), (typed, isRight) => {
      const pieces = splitByDirection(typed)
      expect(pieces.map(({ text }) => text).join('')).toBe(typed)
      const drawn = visualOrder(pieces, isRight ? 'right' : 'left').map(({ text }) => text)
      const sorted = (text: string) => [...text.replace(/[()]/g, '|')].sort().join('')
      expect(sorted(drawn.join(''))).toBe(sorted(typed))
    }),
  )
})
