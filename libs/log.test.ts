import { DrizzleQueryError } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Log } from '#ports'
import { maskIp, serializeError, withFacts, withoutSecrets } from './log.ts'

test.each([
  ['/anmelden/link?token=abc', '/anmelden/link?token=…'],
  ['/anmelden/link?%74oken=abc', '/anmelden/link?=…'],
  ['/admin/bestellungen?suche=mara%40example.de&stand=paid', '/admin/bestellungen?suche=…&stand=paid'],
  ['/anmelden?fehler=link_unusable', '/anmelden?fehler=link_unusable'],
  ['/anmelden?fehler=mara@example.de', '/anmelden?fehler=…'],
  ['/kauf/danke?session_id=cs_1#x', '/kauf/danke?session_id=…#x'],
  ['/plan/feed/AbC-_1.ics', '/plan/feed/…'],
  ['/plan/feed/AbC-_1', '/plan/feed/…'],
  ['/pl%61n/f%65ed/AbC-_1.ics', '/pl%61n/f%65ed/…'],
  ['/plan/feed/AbC-_1%2eics?x=1', '/plan/feed/…?x=…'],
  ['/anmelden?next=/plan/feed/AbC.ics', '/anmelden?next=…'],
  ['/bestaetigung/K3F7-9XQW', '/bestaetigung/…'],
  ['/api/certificate/K3F7-9XQW', '/api/certificate/…'],
  ['/kurs', '/kurs'],
])('%s is logged as %s', (path, logged) => expect(withoutSecrets(path)).toBe(logged))

test.each([
  ['198.51.100.7', '198.51.100.0/24'],
  ['::ffff:198.51.100.7', '198.51.100.0/24'],
  ['2001:db8:aaaa:bbbb:cccc::1', '2001:db8:aaaa::/48'],
  ['2001:db8::1', '2001:db8::/48'],
  ['::1', '::/48'],
])('%s is logged as %s', (ip, logged) => expect(maskIp(ip)).toBe(logged))

test("every line carries the request's facts, and its own win", () => {
  const lines: unknown[] = []
  const keep = (facts: Record<string, unknown>) => void lines.push(facts)
  const log: Log = withFacts({ info: keep, warn: keep, error: keep }, { requestId: 'a' })
  log.info({ x: 1 }, 'one')
  log.warn({ requestId: 'b' }, 'two')
  log.error({}, 'three')
  expect(lines).toEqual([{ requestId: 'a', x: 1 }, { requestId: 'b' }, { requestId: 'a' }])
})

test('an error that quotes an address is logged without it', () => {
  const cause = new Error('Invalid email address: mara@example.de')
  const logged = serializeError(new Error('refused <mara@example.de>', { cause }))
  expect(JSON.stringify(logged)).not.toContain('mara')
  expect(logged).toMatchObject({ message: 'refused <…>', cause: 'Error: Invalid email address: …' })
})

test('a failed query is logged without the values it carried', () => {
  const failed = new DrizzleQueryError('insert into "person" values ($1, $2)', ['mara@example.de', 'Mara\nBeispiel'])
  const logged = serializeError(failed)
  expect(JSON.stringify(logged)).not.toMatch(/mara|beispiel/i)
  expect(logged).toMatchObject({ message: 'Failed query: insert into "person" values ($1, $2)' })
  expect(logged.stack).toMatch(/^\s+at /)
})

test('an error spread into a plain object keeps its sentence', () => {
  const spread = { ...new Error('x'), message: 'connection lost to mara@example.de', queue: 'stripe.event' }
  expect(serializeError(spread)).toMatchObject({ message: 'connection lost to …' })
  expect(serializeError('text')).toEqual({ message: 'text' })
  expect(serializeError(null)).toEqual({ message: 'null' })
})
