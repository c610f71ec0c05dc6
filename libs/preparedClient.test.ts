import { expect, test } from 'vitest'
import { createNames } from './preparedClient.ts'

/** The name a text gets once it is hot. */
function named(nameOf: (text: string) => string | undefined, text: string): string | undefined {
  for (let use = 0; use < 20; use++) nameOf(text)
  return nameOf(text)
}

test('a name belongs to its text, whichever process counted what first', () => {
  const [one, other] = [createNames(), createNames()]
  const texts = ['select $1::int', 'select $1::text', 'update x set y = $1']
  const names = texts.map((text) => named(one, text))
  expect(texts.toReversed().map((text) => named(other, text))).toEqual(names.toReversed())
  expect(new Set(names).size).toBe(texts.length)
  // PostgreSQL's own limit for a name.
  for (const name of names) expect(name?.length).toBeLessThan(64)
})

test('a text asked now and then has no name', () => {
  const nameOf = createNames()
  for (let use = 0; use < 5; use++) expect(nameOf('select $1')).toBeUndefined()
})
