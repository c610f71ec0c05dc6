import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { createTokens } from '#libs/jwt.ts'

const oldSecret = 'the-old-secret-of-more-than-32-characters'
const newSecret = 'the-new-secret-of-more-than-32-characters'
let now = new Date('2026-11-22T12:00:00Z')
const make = (jwtSecret: string, jwtSecretPrevious: string | null = null) =>
  createTokens({ jwtSecret, jwtSecretPrevious }, () => now)

const claims = {
  sid: 'd8a1c8a0-0000-4000-8000-000000000001',
  sub: 'd8a1c8a0-0000-4000-8000-000000000002',
  ver: 1,
  kind: 'proven' as const,
  role: 'learner' as const,
  courses: ['kurs'],
  seen: now,
  exp: Math.floor(now.getTime() / 1000) + 3600,
}
const letterId = 'd8a1c8a0-0000-4000-8000-000000000003'
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a session comes back as it was signed', async () => {
  const tokens = make(newSecret)
  expect(await tokens.readSession(await tokens.signSession(claims))).toEqual({
    ...claims,
    seen: Math.floor(now.getTime() / 1000),
  })
})

test('the previous secret still verifies, a third one does not', async () => {
  const token = await make(oldSecret).signSession(claims)
  expect(await make(newSecret, oldSecret).readSession(token)).not.toBeNull()
  expect(await make(newSecret).readSession(token)).toBeNull()
})

test('forged tokens are nobody', async () => {
  const tokens = make(newSecret)
  const [header = '', payload = '', signature = ''] = (await tokens.signSession(claims)).split('.')
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString())
  const admin = encode({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), role: 'admin' })
  const foreign = await new SignJWT({ ...claims, seen: 1 })
    .setProtectedHeader({ alg: 'HS256', kid })
    .setIssuer('werkstatt')
    .setAudience('session')
    .setIssuedAt(now)
    .sign(Buffer.from(newSecret))
  const forged = [
    `${encode({ alg: 'none', kid })}.${payload}.`,
    `${encode({ alg: 'none', kid })}.${payload}.${signature}`,
    `${encode({ alg: 'HS512', kid })}.${payload}.${signature}`,
    `${header}.${admin}.${signature}`,
    `${header}.${payload}.`,
    `${header}.${payload}`,
    foreign,
    '',
    'garbage',
    'a.b.c',
  ]
  for (const token of forged) expect(await tokens.readSession(token), token).toBeNull()
})

test('a session ends at exp, and a checkout cookie is no session', async () => {
  const tokens = make(newSecret)
  const token = await tokens.signSession(claims)
  const cookie = await tokens.signCheckout({ sessionId: 'cs_1', orderId: 'o', nonce: 'n' })
  expect(await tokens.readSession(cookie)).toBeNull()
  expect(await tokens.readCheckout(token)).toBeNull()
  expect(await tokens.readCheckout(cookie)).toMatchObject({ sessionId: 'cs_1', nonce: 'n', iat: now.getTime() / 1000 })
  now = new Date(now.getTime() + 3_601_000)
  expect(await tokens.readSession(token)).toBeNull()
  expect(await tokens.readCheckout(cookie)).toBeNull()
  now = new Date(now.getTime() - 3_601_000)
})

test('links and codes are the same on every retry, also after a rotation', () => {
  const before = make(oldSecret)
  const after = make(newSecret, oldSecret)
  expect(after.linkToken(letterId, before.linkKeyId)).toBe(before.linkToken(letterId, before.linkKeyId))
  expect(after.loginCode(letterId, before.linkKeyId)).toBe(before.loginCode(letterId, before.linkKeyId))
  expect(after.linkToken(letterId, after.linkKeyId)).not.toBe(before.linkToken(letterId, before.linkKeyId))
  expect(before.linkToken(letterId, before.linkKeyId)).toMatch(/^[\w-]{43}$/)
  expect(before.loginCode(letterId, before.linkKeyId)).toMatch(/^\d{6}$/)
  expect(() => make(newSecret).linkToken(letterId, before.linkKeyId)).toThrow('no longer in the ring')
})

test('a code is stored as a keyed hash bound to its letter', () => {
  const tokens = make(newSecret)
  expect(tokens.codeHash(letterId, '123456')).not.toBe(tokens.codeHash(`${letterId}x`, '123456'))
  expect(tokens.codeHash(letterId, '123456')).not.toBe(make(oldSecret).codeHash(letterId, '123456'))
})

test('a link that ends digests names one person, outlives a new secret, and cannot be made by hand', () => {
  const personId = 'd8a1c8a0-0000-4000-8000-000000000009'
  const old = make(oldSecret)
  const token = old.mailOffToken(personId, old.linkKeyId)
  expect(old.mailOffPerson(token)).toBe(personId)
  expect(make(newSecret, oldSecret).mailOffPerson(token)).toBe(personId)
  expect(make(newSecret).mailOffPerson(token)).toBeNull()
  const other = old.mailOffToken('d8a1c8a0-0000-4000-8000-00000000000a', old.linkKeyId)
  expect(old.mailOffPerson(other.slice(0, 22) + token.slice(22))).toBeNull()
  expect(old.mailOffPerson(old.feedToken(personId, 1))).toBeNull()
  for (const forged of ['', 'x', token.slice(1), `${token}A`, token.toLowerCase()])
    expect(old.mailOffPerson(forged)).toBeNull()
})
