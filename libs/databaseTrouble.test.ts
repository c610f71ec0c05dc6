import { expect, test } from 'vitest'
import { looksFull, looksLost } from './databaseTrouble.ts'

const sqlError = (code: string, severity = 'ERROR') => Object.assign(new Error('refused'), { code, severity })

test.each([
  // The connection, the server, its role: a probe decides.
  ['08006', 'lost'],
  ['08P01', 'lost'],
  ['25006', 'lost'],
  ['53300', 'lost'],
  ['57P01', 'lost'],
  ['57P02', 'lost'],
  ['57P03', 'lost'],
  ['57P04', 'lost'],
  ['57P05', 'lost'],
  ['ECONNREFUSED', 'lost'],
  // No room, or a disk that fails: this statement only.
  ['53000', 'full'],
  ['53100', 'full'],
  ['53200', 'full'],
  ['53400', 'full'],
  ['58000', 'full'],
  ['58030', 'full'],
  // A fault of the statement, or corrupt data, which waiting does not mend.
  ['22P02', 'neither'],
  ['23505', 'neither'],
  ['25P02', 'neither'],
  ['26000', 'neither'],
  ['40001', 'neither'],
  ['40P01', 'neither'],
  ['42P01', 'neither'],
  ['42P05', 'neither'],
  ['55P03', 'neither'],
  ['57014', 'neither'],
  ['XX001', 'neither'],
])('%s is %s', (code, verdict) => {
  const error = sqlError(code)
  expect([looksLost(error), looksFull(error)]).toEqual([verdict === 'lost', verdict === 'full'])
})

test('what ends the connection is lost, whatever its reason', () => {
  for (const code of ['28P01', '3D000', '55000', '53100']) expect(looksLost(sqlError(code, 'FATAL'))).toBe(true)
  expect(looksLost(new AggregateError([sqlError('ECONNREFUSED')]))).toBe(true)
  expect(looksLost(new Error('Query read timeout'))).toBe(true)
  expect(looksLost('no error')).toBe(false)
  expect(looksFull(null)).toBe(false)
})
