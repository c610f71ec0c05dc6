import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FaceFinder } from './faceFinder.ts'
import { setLines } from './lines.ts'
import type { Words } from './words.ts'

/** Every character is one point wide. */
const finder: FaceFinder = {
  runs: (text, face) => (text === '' ? [] : [{ text, face, missing: false }]),
  face: () => {
    throw new Error('nothing is drawn here')
  },
}
const measure = (text: string) => text.length
const set = (words: Words[], width: number) => [...setLines(words, { finder, measure, size: 10, width })]
const lines = (text: string, width: number, style: Omit<Words, 'text'> = {}) =>
  set([{ text, ...style }], width).map(({ stretches }) => stretches.map((one) => one.text).join(''))

test('lines break at spaces, behind hyphens and where a new line was typed', () => {
  expect(lines('eins zwei  drei vier', 9)).toEqual(['eins zwei', 'drei vier'])
  expect(lines('Werkstatt-Heft und mehr', 11)).toEqual(['Werkstatt-', 'Heft und', 'mehr'])
  expect(lines('a\nb\n\nc', 9)).toEqual(['a', 'b', '', 'c'])
  expect(lines('', 9)).toEqual([''])
  expect(lines('10\u00a0kg 12-15 24/7', 6)).toEqual(['10\u00a0kg', '12-15', '24/7'])
})

test('a word wider than a line is cut, emoji and marks are not; scripts without spaces break in their own places', () => {
  expect(lines('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij'])
  expect(lines('👩‍💻👩‍💻', 6)).toEqual(['👩‍💻', '👩‍💻'])
  expect(lines('漢字、漢字漢字', 3)).toEqual(['漢字、', '漢字漢', '字'])
  expect(lines('ภาษาไทย', 5)).toEqual(['ภาษา', 'ไทย'])
})

test('words of several styles may meet within a word, and code keeps its spaces', () => {
  const [line] = set([{ text: 'un' }, { text: 'glaub', bold: true }, { text: 'lich gut' }], 20)
  expect(line?.stretches.map(({ text, face, x }) => [text, face, x])).toEqual([
    ['un', 'text', 0],
    ['glaub', 'bold', 2],
    ['lich gut', 'text', 7],
  ])
  expect(lines('  a  b', 9, { mono: true, preserve: true })).toEqual(['  a  b'])
})

test('a paragraph from right to left stands at the right edge', () => {
  const [line] = set([{ text: 'שלום עולם' }], 20)
  expect(line?.stretches.map(({ text, x }) => [text, x])).toEqual([
    ['עולם', 11],
    [' ', 15],
    ['שלום', 16],
  ])
})

test('whatever is typed: no line too wide, no character lost', () => {
  const unit = fc.constantFrom('a', 'wort ', '-', ' ', '\n', 'ü', 'א', 'ب ', '1', '漢', '🎉', '(', 'ไทย')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), fc.integer({ min: 4, max: 30 }), (typed, width) => {
      const all = set([{ text: typed }], width)
      for (const line of all) expect(line.width).toBeLessThanOrEqual(width + 0.01)
      const sorted = (text: string) => [...text.replace(/\s/g, '').replace(/[()]/g, '|')].sort().join('')
      expect(sorted(all.flatMap(({ stretches }) => stretches.map(({ text }) => text)).join(''))).toBe(sorted(typed))
    }),
    { numRuns: 300 },
  )
})
