import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  deviceLabel,
  hours,
  maskEmail,
  minutes,
  normalizeCode,
  normalizeEmail,
  safeNext,
  sendableEmail,
  spellingsOf,
  survivesOutage,
} from '#domain/access/rules.ts'

test.each([
  ['Max@Example.DE', 'max@example.de'],
  ['  max@example.de\n', 'max@example.de'],
  ['max＠example.de', 'max@example.de'],
  ['ＭＡＸ@example.de', 'max@example.de'],
  ['max+kurs@example.de', 'max+kurs@example.de'],
  ['m.a.x@example.de', 'm.a.x@example.de'],
  ['max@münchen.de', 'max@xn--mnchen-3ya.de'],
  ['max@MÜNCHEN.de', 'max@xn--mnchen-3ya.de'],
  ["o'brien@example.de", null],
  ['"a@b"@c.de', null],
  ['a@b,c@d.de', null],
  ['a@b@c.de', null],
  ['max@example.de,evil@example.com', null],
  ['max@example.de\r\nBcc: evil@example.com', null],
  ['max\u0000@example.de', null],
  ['m\ufffdx@example.de', null],
  ['ma\u200bx@example.de', null],
  ['max @example.de', null],
  ['max@localhost', null],
  ['max@127.0.0.1', null],
  ['max@[127.0.0.1]', null],
  ['max@example.de/path', null],
  ['max@-example.de', null],
  ['.max@example.de', null],
  ['ü@x.de', null],
  ['josé@example.de', null],
  ['ma..x@example.de', null],
  ['@example.de', null],
  ['max@', null],
  ['', null],
  [`${'a'.repeat(65)}@example.de`, null],
  [`max@${'a.'.repeat(130)}de`, null],
])('normalizeEmail(%j) is %j', (typed, normal) => {
  expect(normalizeEmail(typed)).toBe(normal)
})

test.each([
  ['post@xn--mller-kva.de', 'post@müller.de', ['post@müller.de', 'post@xn--mller-kva.de']],
  ['Post@Müller.de', 'Post@Müller.de', ['post@müller.de', 'post@xn--mller-kva.de']],
  ['post@xn--strae-oqa.example', 'post@straße.example', ['post@straße.example', 'post@xn--strae-oqa.example']],
  // „аррӏе.com“ in Cyrillic letters, and no domain at all.
  ['post@xn--80ak6aa92e.com', 'post@xn--80ak6aa92e.com', ['post@xn--80ak6aa92e.com']],
  ['post@xn--kaputt-.de', 'post@xn--kaputt-.de', ['post@xn--kaputt-.de']],
])('%j is read as %j and found by every spelling', (typed, readable, spellings) => {
  expect(sendableEmail(typed)).toBe(readable)
  expect(spellingsOf(typed)).toEqual(spellings)
  expect(normalizeEmail(readable)).toBe(normalizeEmail(typed))
})

test('a normal form is its own normal form', () => {
  fc.assert(
    fc.property(fc.emailAddress(), (email) => {
      const normal = normalizeEmail(email)
      if (normal !== null) expect(normalizeEmail(normal)).toBe(normal)
    }),
  )
})

test.each([
  ['/werkstatt', '/werkstatt'],
  ['/lektionen/anfang?t=42#text', '/lektionen/anfang?t=42#text'],
  ['//evil.example', null],
  ['/\\evil.example', null],
  ['/..//evil.example', null],
  ['/.//evil.example', null],
  ['https://evil.example', null],
  ['javascript:alert(1)', null],
  ['/werk\tstatt', null],
  ['/werkstatt\r\nset-cookie: a=b', null],
  ['/api/auth/logout', null],
  ['/x/../api/auth/logout', null],
  ['/anmelden/link?token=x', null],
  ['werkstatt', null],
  ['', null],
  [`/${'a'.repeat(600)}`, null],
  [null, null],
])('safeNext(%j) is %j', (next, safe) => {
  expect(safeNext(next)).toBe(safe)
})

test('whatever passes safeNext stays on our origin', () => {
  const piece = fc.constantFrom('/', '\\', '.', '@', ':', '%2f', '%5c', 'evil.example', '\t', '?', '#', 'a')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const next = safeNext(`/${pieces.join('')}`)
      if (next !== null) expect(new URL(next, 'https://kurs.example').origin).toBe('https://kurs.example')
    }),
    { numRuns: 2_000 },
  )
})

test('masks show the first letter and the host only', () => {
  expect(maskEmail('max@gmx.de')).toBe('m•••@gmx.de')
  expect(maskEmail('😀x@gmx.de')).toBe('😀•••@gmx.de')
  expect(maskEmail('nonsense')).toBe('•••')
})

test.each([
  [' 123 456 ', '123456'],
  ['１２３-４５６', '123456'],
  ['Dein Code: 123–456.', '123456'],
  ['1\u200b2\u200b3\u200b4\u200b5\u200b6', '123456'],
  ['\u2066123\u00a0456\u2069', '123456'],
  ['1 2 3 4 5 6', '123456'],
  ['12345', null],
  ['12345a', null],
  ['1234567', null],
  // A whole letter holds other numbers, and one code.
  ['Der Link gilt 15 Minuten und nur 1 Mal.\n123 456\nBetreiber, 10115 Berlin', '123456'],
  ['123 456 oder 654 321', null],
])('normalizeCode(%j) is %j', (typed, code) => {
  expect(normalizeCode(typed)).toBe(code)
})

test('a session outlives the database only if it was fresh then, and not for ever', () => {
  const lostAt = new Date('2026-11-22T12:00:00Z')
  const before = (ms: number) => new Date(lostAt.getTime() - ms)
  const after = (ms: number) => new Date(lostAt.getTime() + ms)
  expect(survivesOutage(before(minutes(15)), lostAt, after(minutes(1)))).toBe(true)
  expect(survivesOutage(before(minutes(15) + 1), lostAt, after(minutes(1)))).toBe(false)
  expect(survivesOutage(before(0), lostAt, after(hours(4)))).toBe(true)
  expect(survivesOutage(before(0), lostAt, after(hours(4) + 1))).toBe(false)
})

test('devices have a name people recognise', () => {
  const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'
  const safari = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1'
  const edge = 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0'
  expect(deviceLabel(firefox)).toBe('Firefox auf Windows')
  expect(deviceLabel(safari)).toBe('Safari auf iPhone')
  expect(deviceLabel(edge)).toBe('Edge auf Windows')
  expect(deviceLabel(null)).toBe('Unbekanntes Gerät')
})
