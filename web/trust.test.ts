import { expect, test } from 'vitest'
import { clientAddress, rangesOf } from './trust.ts'

test('without trusted proxies only the socket counts', () => {
  expect(clientAddress('6.6.6.6', '192.0.2.7', 0)).toBe('192.0.2.7')
})

test('each trusted proxy has appended one entry; what stands further left is a claim', () => {
  expect(clientAddress('6.6.6.6, 203.0.113.9', '127.0.0.1', 1)).toBe('203.0.113.9')
  expect(clientAddress('6.6.6.6, 203.0.113.9, 10.0.0.2', '127.0.0.1', 2)).toBe('203.0.113.9')
})

test('fewer entries than proxies, or something that is no address, falls back to the socket', () => {
  expect(clientAddress('203.0.113.9', '10.0.0.2', 2)).toBe('10.0.0.2')
  expect(clientAddress('unknown', '10.0.0.2', 1)).toBe('10.0.0.2')
  expect(clientAddress(undefined, '10.0.0.2', 1)).toBe('10.0.0.2')
})

test('IPv6 is kept as it is', () => {
  expect(clientAddress('2001:db8::1', '::1', 1)).toBe('2001:db8::1')
})

test('ranges of both families, and single addresses', () => {
  const isOurs = rangesOf(['127.0.0.0/8', '::1', 'fd00::/8', '192.0.2.4'])
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', 'fd12::7', '192.0.2.4'])
    expect([address, isOurs(address)]).toEqual([address, true])
  for (const address of ['128.0.0.1', '::2', '2001:db8::1', '192.0.2.5', 'unknown', ''])
    expect([address, isOurs(address)]).toEqual([address, false])
})
