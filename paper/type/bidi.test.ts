import bidiFactory from 'bidi-js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Directed, readDirections, splitByDirection, visualOrder } from './bidi.ts'

/** Capitals stand for characters from right to left, as in Unicode's own examples. */
const alef = 0x5d0
const hebrew = (text: string) =>
  text.replace(/[A-Z]/g, (character) => String.fromCharCode(alef + character.charCodeAt(0) - 65))
const plain = (text: string) =>
  text.replace(/[א-ת]/g, (character) => String.fromCharCode(character.charCodeAt(0) - alef + 65))

const piecesOf = (texts: string[]) =>
  readDirections(texts).parts.flatMap(({ text, levels }) => splitByDirection(text, levels))
/** As a face draws a piece: what it turns by itself, it turns whole. */
const drawn = ({ text, turnsItself }: Directed) => (turnsItself ? [...text].reverse().join('') : text)
/** As it is seen from left to right. */
const seen = (...typed: string[]) =>
  plain(
    visualOrder(piecesOf(typed.map(hebrew)))
      .map(drawn)
      .join(''),
  )

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

test.each([
  ['a pair of brackets is turned together', 'AB (c) d', 'd (c) BA'],
  ['a pair of brackets belongs to its words', 'ab (CD) EF', 'ab (DC) FE'],
  ['two pairs keep their order', 'abc (AB) (CD) e', 'abc (BA) (DC) e'],
  ['brackets of mathematics are brackets', 'AB ⟨cd⟩', '⟨cd⟩ BA'],
  ['signs that point are mirrored', 'AB ≤ CD', 'DC ≥ BA'],
  ['a percent sign stays with its number', 'AB 12% CD', 'DC 12% BA'],
  ['a number keeps its sign', 'AB #1', '#1 BA'],
  ['a range and a fraction of numbers are read as such', 'AB 10-12, 1/2 CD', 'DC 1/2 ,10-12 BA'],
  ['a line inside a line inside a line', 'AB \u2067cd \u2066EF gh\u2069 IJ\u2069 kl', 'kl JI FE gh cd BA'],
  ['embeddings open and close', 'ab \u202bCD ef \u202aGH ij\u202c KL\u202c mn', 'ab LK ef HG ij DC mn'],
  ['an isolate keeps what follows on its side', 'ab \u2067CD 12\u2069 34', 'ab 12 DC 34'],
  ['a mark puts what has no side on one', 'ab AB! cd\u200f!', 'ab BA! cd!'],
  ['an override turns no character round', 'a\u202edcb\u202c e', 'adcb e'],
  ['emoji have no side', 'ab AB 🎉 CD', 'ab DC 🎉 BA'],
  ['emoji of several signs stay whole', 'ab AB 👩‍💻👍🏽 CD', 'ab DC 👍🏽👩‍💻 BA'],
])('%s: %s', (_what, typed, expected) => expect(seen(typed)).toBe(expected))

test('digits that a face would turn are given to it turned', () => {
  const [digits] = piecesOf(['سلام ٤٥٦']).slice(-1)
  expect(digits).toMatchObject({ text: '٤٥٦', level: 2, turnsItself: true })
  expect(seen('سلام ٤٥٦ ۱۲۳')).toBe('۱۲۳ ٤٥٦ مالس')
})

test('a paragraph begins on the side of its first character, whatever its style', () => {
  const side = (...texts: string[]) => readDirections(texts).side
  expect([side('12 – שלום'), side('a שלום'), side('12'), side('سلام a'), side('12 ', 'שלום')]).toEqual([
    'right',
    'left',
    'left',
    'right',
    'right',
  ])
  expect(seen('AB (c', 'd) ef')).toBe('ef (cd) BA')
})

test('a line that breaks within a paragraph keeps what the paragraph knows', () => {
  const pieces = piecesOf([hebrew('AB 12 cd')])
  const secondLine = pieces.slice(pieces.findIndex(({ text }) => text.includes('12')))
  expect(secondLine[0]).toMatchObject({ text: '12', level: 2 })
})

test('what has no marks is ordered as Unicode’s own algorithm orders it, and nothing gets lost', () => {
  const bidi = bidiFactory()
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'abאבب12٣۴ ().,[]-+%€"#'), maxLength: 40 }), (typed) => {
      const ordered = visualOrder(piecesOf([typed]))
        .map(drawn)
        .join('')
      expect(ordered).toBe(bidi.getReorderedString(typed, bidi.getEmbeddingLevels(typed, 'auto')))
      const sorted = (text: string) => [...text.replace(/[()[\]]/g, '|')].sort().join('')
      expect(sorted(ordered)).toBe(sorted(typed))
    }),
    { numRuns: 500 },
  )
})
