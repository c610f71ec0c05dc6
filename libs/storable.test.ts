import { expect, test } from 'vitest'
import { storable } from './storable.ts'

test('what no row can hold becomes a sign for it, however deep, and everything else stays the same', () => {
  const at = new Date(7)
  const raw = Buffer.from('a\0b')
  const given = {
    name: 'a\0b\ud800',
    list: [{ label: '\udc00', n: 1, none: null }],
    'k\0': '😀',
    at,
    raw,
    not: undefined,
  }
  expect(storable(given)).toStrictEqual({
    ...{ name: 'a\ufffdb\ufffd', list: [{ label: '\ufffd', n: 1, none: null }], 'k\ufffd': '😀' },
    ...{ at, raw, not: undefined },
  })
  expect(storable('ä')).toBe('ä')
})
