import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editDistance, fold, sentencesOf, typosAllowed, withDigraphs, withoutDigraphs, wordsOf } from './words.ts'

test.each([
  ['Auslöser', 'ausloser'],
  ['Straße', 'strasse'],
  ['ÜBUNG', 'ubung'],
  ['café', 'cafe'],
])('%s is folded to %s', (word, folded) => expect(fold(word)).toBe(folded))

test('a keyboard without umlauts writes them in two letters, and back', () => {
  expect(withDigraphs('Auslöser')).toBe('ausloeser')
  expect(withoutDigraphs('ausloeser')).toBe('ausloser')
  expect(withDigraphs('Zettel')).toBe('zettel')
})

test('words are letters and digits', () => {
  expect(wordsOf('Die „Zwei-Minuten-Regel“: 9:30 Uhr, 🔨!')).toEqual([
    'Die',
    'Zwei',
    'Minuten',
    'Regel',
    '9',
    '30',
    'Uhr',
  ])
})

test('sentences end where Germans end them', () => {
  expect(
    sentencesOf(
      'Am 30. November, z. B. um 9 Uhr, geht es los. „Weiter so!“ Sagte Dr. Abel das? Nein … Zwei Dinge: eins und zwei.',
    ),
  ).toEqual([
    'Am 30. November, z. B. um 9 Uhr, geht es los.',
    '„Weiter so!“',
    'Sagte Dr. Abel das?',
    'Nein …',
    'Zwei Dinge: eins und zwei.',
  ])
  expect(sentencesOf('  ')).toEqual([])
})

test('sentences hold every word of the text, in order', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'B', '.', '!', ' ', '1', '„', '“', '\n') }), (text) => {
      expect(sentencesOf(text).flatMap(wordsOf)).toEqual(wordsOf(text))
    }),
  )
})

test.each([
  ['eingangkorb', 'eingangskorb', 1],
  ['gewonheit', 'gewohnheit', 1],
  ['foksu', 'fokus', 1],
  ['korb', 'korb', 0],
  ['haus', 'maus', 1],
  ['planung', 'ordnung', 3],
])('%s and %s differ by %i', (a, b, distance) => expect(editDistance(a, b, 5)).toBe(distance))

test('the distance is symmetric, zero only for the same word, and stops at its limit', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })
  fc.assert(
    fc.property(word, word, fc.nat(8), (a, b, limit) => {
      const whole = editDistance(a, b, 20)
      expect(editDistance(b, a, 20)).toBe(whole)
      expect(whole === 0).toBe(a === b)
      expect(editDistance(a, b, limit)).toBe(Math.min(whole, limit + 1))
    }),
  )
})

test('short words must be right', () => {
  expect([3, 4, 6, 12].map(typosAllowed)).toEqual([0, 1, 2, 3])
})
