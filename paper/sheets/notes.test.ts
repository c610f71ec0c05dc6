import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NotePart } from '#paper/draw/book.ts'
import { noteParts } from './notes.ts'

test('a note becomes paragraphs, headings and lists of words in their style', () => {
  expect(noteParts('# Der *Korb*\nErst **wichtig** und `Code`,\n~~dann~~ weiter\n\n- a\n  - [x] b\n- [ ] c')).toEqual([
    { kind: 'heading', words: [{ text: 'Der ' }, { text: 'Korb', italic: true }] },
    {
      kind: 'p',
      words: [
        { text: 'Erst ' },
        { text: 'wichtig', bold: true },
        { text: ' und ' },
        { text: 'Code', mono: true },
        { text: ',' },
        { text: '\n' },
        { text: 'dann', struck: true },
        { text: ' weiter' },
      ],
    },
    {
      kind: 'list',
      items: [
        { mark: '•', depth: 0, words: [{ text: 'a' }] },
        { mark: true, depth: 1, words: [{ text: 'b' }] },
        { mark: false, depth: 0, words: [{ text: 'c' }] },
      ],
    },
  ])
})

test('numbers go on from where the list begins; quotes, code and rules stay what they are', () => {
  expect(noteParts('3. drei\n4. vier\n\n> Satz\n> > tiefer\n\n---\n\n```\n  a  b\n```')).toEqual([
    {
      kind: 'list',
      items: [
        { mark: '3.', depth: 0, words: [{ text: 'drei' }] },
        { mark: '4.', depth: 0, words: [{ text: 'vier' }] },
      ],
    },
    {
      kind: 'quote',
      parts: [
        { kind: 'p', words: [{ text: 'Satz' }] },
        { kind: 'quote', parts: [{ kind: 'p', words: [{ text: 'tiefer' }] }] },
      ],
    },
    { kind: 'rule' },
    { kind: 'code', text: '  a  b' },
  ])
})

test('a link is followed by its address, once, and readable', () => {
  const words = (typed: string) => (noteParts(typed)[0] as { words: unknown[] }).words
  const href = 'https://de.wikipedia.org/wiki/%C3%9Cbung'
  expect(words('[Üben](https://de.wikipedia.org/wiki/Übung)')).toEqual([
    { text: 'Üben', href },
    { text: ' (', quiet: true },
    { text: 'https://de.wikipedia.org/wiki/Übung', quiet: true, href },
    { text: ')', quiet: true },
  ])
  expect(words('https://example.org/a')).toEqual([{ text: 'https://example.org/a', href: 'https://example.org/a' }])
  expect(words('[example.org](https://example.org/)')).toHaveLength(1)
  expect(words('[a](https://example.org/%E4%20)')[2]).toMatchObject({ text: 'https://example.org/%E4%20' })
  expect(words('[a](javascript:alert(1))')).toEqual([{ text: '[a](javascript:alert(1))' }])
})

const textOf = (parts: NotePart[]): string =>
  parts
    .map((part) => {
      if (part.kind === 'quote') return textOf(part.parts)
      if (part.kind === 'list') return part.items.flatMap(({ words }) => words.map(({ text }) => text)).join('')
      return 'words' in part ? part.words.map(({ text }) => text).join('') : part.kind === 'code' ? part.text : ''
    })
    .join('')

test('whatever is typed, no character of its words gets lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'aü1 \n*_`~>-#[]()') }), (typed) => {
      // The line behind a fence names a language, and numbers of a list are marks.
      if (/```|~~~|\d[.)]/.test(typed)) return
      const characters = (text: string) => [...text.replace(/[^aü1]/g, '')].join('')
      expect(characters(textOf(noteParts(typed)))).toBe(characters(typed))
    }),
    { numRuns: 500 },
  )
})
