import fc from 'fast-check'
import { expect, test } from 'vitest'
import { beginnings, exactly, MAX_TERMS, parseQuery, widely } from './query.ts'

const shape = (text: string) => parseQuery(text).terms.map(exactly)

test.each<[string, string[]]>([
  ['Eingangskorb leeren', ["'eingangskorb'", "'leeren'"]],
  ['Auslöser', ["('ausloser' | 'ausloeser')"]],
  ['Ausloeser', ["('ausloeser' | 'ausloser')"]],
  ['"mit dem Besen"', ["('mit' <-> 'dem' <-> 'besen')"]],
  ['„offene Rechnung', ["('offene' <-> 'rechnung')"]],
  ['E-Mail', ["(('e' <-> 'mail') | 'email')"]],
  ["korb & ! | :* <-> ( ) ' \\", ["'korb'"]],
  ['a Korb', ["'korb'"]],
  ['⑽', ["'10'"]],
])('%s is read as %j', (text, terms) => expect(shape(text)).toEqual(terms))

test('a minus takes away only in front of a word', () => {
  const { terms, without } = parseQuery('Mail -Newsletter -"am Abend" Zwei-Minuten')
  expect(terms.map(({ typed }) => typed)).toEqual(['Mail', 'Zwei-Minuten'])
  expect(without.map(({ typed }) => typed)).toEqual(['Newsletter', 'am Abend'])
})

test('a hyphened word is also found by its parts, in one sentence', () => {
  const wide = (text: string) => widely(parseQuery(`${text} Korb`).terms[0]!, [])
  expect(wide('E-Mail')).toBe("((('e' <-> 'mail') | 'email') | 'mail')")
  expect(wide('Zwei-Minuten')).toBe("((('zwei' <-> 'minuten') | 'zweiminuten') | ('zwei' & 'minuten'))")
  expect(wide('"Zwei-Minuten"')).toBe("('zwei' <-> 'minuten')")
})

test('the last word may still be in the making, a quoted one is not', () => {
  const [first, last] = parseQuery('Korb Eing').terms
  expect(beginnings(first!)).toEqual([])
  expect(beginnings(last!)).toEqual(['eing'])
  expect(beginnings(parseQuery('Auslö').terms[0]!)).toEqual(['auslo', 'ausloe'])
  expect(beginnings(parseQuery('"Eing"').terms[0]!)).toEqual([])
  expect(widely(last!, ['eingangskorb', "o'brien"])).toBe("('eing' | 'eingangskorb')")
  expect(widely(parseQuery('Zwei-Min').terms[0]!, [])).toContain("('zwei' <-> 'min':*)")
})

test.each([
  ['', 'empty'],
  ['   \n', 'empty'],
  ['\0\0', 'empty'],
  ['🔨 … !', 'empty'],
  ['-Korb', 'empty'],
  ['a', 'short'],
  ['x'.repeat(201), 'long'],
  ['x'.repeat(10_000), 'long'],
  ['🔨'.repeat(200), 'empty'],
])('%j is no search: %s', (text, problem) => {
  expect(parseQuery(text)).toMatchObject({ problem, terms: [] })
})

test('more than eight words are left out, and that is said', () => {
  const parsed = parseQuery('eins zwei drei vier fünf sechs sieben acht neun')
  expect(parsed.terms).toHaveLength(MAX_TERMS)
  expect(parsed.shortened).toBe(true)
})

test('whatever is typed, nothing but words reaches the database', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
      const { terms, without } = parseQuery(text)
      for (const term of [...terms, ...without])
        expect(widely(term, []).replace(/'[\p{L}\p{N}]+'/gu, '')).toMatch(/^(:\*|<->|[()|& ])*$/)
    }),
    { numRuns: 500 },
  )
})
