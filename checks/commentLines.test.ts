import { expect, test } from 'vitest'
import { wideComments } from './commentLines.ts'

const long = 'word '.repeat(30)

test('a wide comment is found at the start of a line, behind code, and inside a block', () => {
  expect(wideComments(`const one = 1\n// ${long}`)).toEqual([2])
  expect(wideComments(`const one = 1 // ${long}`)).toEqual([1])
  expect(wideComments(`/**\n * ${long}\n */\nconst one = 1`)).toEqual([2])
  expect(wideComments(`<p>\n  {/* ${long} */}\n</p>`)).toEqual([2])
})

test('wide code, wide texts with an address in them and narrow comments are fine', () => {
  expect(wideComments(`const text = '${long}'`)).toEqual([])
  expect(wideComments(`const text = 'https://example.de ${long}'`)).toEqual([])
  expect(wideComments(`/** One. */\nconst text = '${long}'`)).toEqual([])
  expect(wideComments(`// ${'x'.repeat(117)}`)).toEqual([])
})
