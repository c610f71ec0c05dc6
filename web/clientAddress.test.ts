import { expect, test } from 'vitest'
import { clientAddress } from './clientAddress.ts'

test('without trusted proxies only the socket counts', () => {
  expect(clientAddress('6.6.6.6', '::ffff:192.0.2.7', 0)).toBe('192.0.2.7')
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
