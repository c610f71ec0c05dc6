import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto'
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { invariant } from '#errors'
import type { CheckoutCookie, SessionClaims, Tokens } from '#ports'

/** One purpose, one key: a leaked link key opens no session. */
type Purpose = 'session' | 'checkout' | 'link' | 'code' | 'feed' | 'mail-off' | 'browser'

interface Key {
  id: string
  raw: Buffer
  object: KeyObject
}

const ISSUER = 'werkstatt'
const CHECKOUT_COOKIE_SECONDS = 3600

/** HKDF(secret, purpose); the id is a short fingerprint, so that no one has to number keys. */
function deriveKey(secret: string, purpose: Purpose): Key {
  const raw = Buffer.from(hkdfSync('sha256', secret, 'werkstatt', purpose, 32))
  const id = createHash('sha256').update(raw).digest('base64url').slice(0, 10)
  return { id, raw, object: createSecretKey(raw) }
}

/** The keys of each purpose, the newest first. */
type KeyRing = Record<Purpose, Key[]>

function keyRing(secrets: string[]): KeyRing {
  const ring = (purpose: Purpose) => secrets.map((secret) => deriveKey(secret, purpose))
  return {
    session: ring('session'),
    checkout: ring('checkout'),
    link: ring('link'),
    code: ring('code'),
    feed: ring('feed'),
    'mail-off': ring('mail-off'),
    browser: ring('browser'),
  }
}

function newestOf(keys: KeyRing, purpose: Purpose): Key {
  const key = keys[purpose][0]
  invariant(key, 'a secret is set')
  return key
}

/** Signed claims with an end, for what a browser keeps: the session and the checkout cookie. */
function createJwts(keys: KeyRing, now: () => Date) {
  function sign(purpose: 'session' | 'checkout', claims: JWTPayload, expiresAt: number): Promise<string> {
    const key = newestOf(keys, purpose)
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: key.id })
      .setIssuer(ISSUER)
      .setAudience(purpose)
      .setIssuedAt(now())
      .setExpirationTime(expiresAt)
      .sign(key.object)
  }

  /** The key is chosen from our own ring by `kid` only; `alg` is fixed; `jku`, `jwk`, `x5u` are never read. */
  async function verify(purpose: 'session' | 'checkout', token: string): Promise<JWTPayload | null> {
    try {
      const { kid } = decodeProtectedHeader(token)
      const key = keys[purpose].find((candidate) => candidate.id === kid)
      if (!key) return null
      const options = { algorithms: ['HS256'], issuer: ISSUER, audience: purpose, requiredClaims: ['exp', 'iat'] }
      return (await jwtVerify(token, key.object, { ...options, currentDate: now() })).payload
    } catch (error) {
      // decodeProtectedHeader throws TypeError on garbage, jose's own errors mean forged or expired.
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null
      throw error
    }
  }

  return { sign, verify }
}

/**
 * Sessions, cookies, links and codes from `JWT_SECRET`. New ones are made with it; `JWT_SECRET_PREVIOUS` still
 * verifies, and still renders letters that were queued under it. What travels in addresses and letters
 * are HMACs, which carry no end themselves.
 */
export function createTokens(
  config: { jwtSecret: string; jwtSecretPrevious: string | null },
  now: () => Date = () => new Date(),
): Tokens {
  const keys = keyRing([config.jwtSecret, config.jwtSecretPrevious].filter((secret) => secret !== null))
  const { sign, verify } = createJwts(keys, now)
  const newest = (purpose: Purpose) => newestOf(keys, purpose)

  const hmac = (key: Key, text: string) => createHmac('sha256', key.raw).update(text).digest()
  const keyOf = (purpose: 'link' | 'code' | 'mail-off', linkKeyId: string): Key => {
    const key = keys[purpose][keys.link.findIndex((candidate) => candidate.id === linkKeyId)]
    if (!key) throw new Error(`the key ${linkKeyId} is no longer in the ring`)
    return key
  }

  /** The person, and an HMAC that says we wrote that. */
  const personToken = (key: Key, personId: string, text: string) =>
    Buffer.from(personId.replaceAll('-', ''), 'hex').toString('base64url') + hmac(key, text).toString('base64url')
  const personIn = (token: string) =>
    personShape.test(token) ? uuidOf(Buffer.from(token.slice(0, 22), 'base64url')) : null
  /** In constant time, with every key of the ring. */
  const isOneOf = (purpose: Purpose, token: string, make: (key: Key) => string) => {
    const given = Buffer.from(token)
    const matches = keys[purpose].map((key) => {
      const expected = Buffer.from(make(key))
      return given.length === expected.length && timingSafeEqual(given, expected)
    })
    return matches.includes(true)
  }
  const isPersonToken = (purpose: Purpose, token: string, personId: string, text: string) =>
    isOneOf(purpose, token, (key) => personToken(key, personId, text))
  const proofOf = (key: Key, text: string) => hmac(key, text).toString('base64url')

  return {
    signSession({ seen, exp, ...claims }) {
      return sign('session', { ...claims, seen: Math.floor(seen.getTime() / 1000) }, exp)
    },
    async readSession(token) {
      return sessionOf(await verify('session', token))
    },
    signCheckout(cookie) {
      return sign('checkout', { ...cookie }, Math.floor(now().getTime() / 1000) + CHECKOUT_COOKIE_SECONDS)
    },
    async readCheckout(token) {
      return checkoutOf(await verify('checkout', token))
    },
    linkKeyId: newest('link').id,
    linkToken: (letterId, keyId) => hmac(keyOf('link', keyId), letterId).toString('base64url'),
    loginCode: (letterId, keyId) =>
      String(hmac(keyOf('code', keyId), `digits:${letterId}`).readBigUInt64BE() % 1_000_000n).padStart(6, '0'),
    codeHash: (letterId, code) => hmac(newest('code'), `hash:${letterId}:${code}`).toString('base64url'),
    feedToken: (personId, version) => personToken(newest('feed'), personId, `${personId}:${version}`),
    feedPerson: personIn,
    isFeedToken: (token, personId, version) => isPersonToken('feed', token, personId, `${personId}:${version}`),
    mailOffToken: (personId, keyId) => personToken(keyOf('mail-off', keyId), personId, personId),
    mailOffPerson(token) {
      const personId = personIn(token)
      return personId && isPersonToken('mail-off', token, personId, personId) ? personId : null
    },
    browserProof: (text) => proofOf(newest('browser'), text),
    isBrowserProof: (proof, text) => isOneOf('browser', proof, (key) => proofOf(key, text)),
    sha256: (text) => createHash('sha256').update(text).digest('base64url'),
  }
}

/** 16 bytes of the person's id and 32 of the HMAC, base64url. */
const personShape = /^[A-Za-z0-9_-]{65}$/
const uuidOf = (bytes: Buffer) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

const isText = (value: unknown): value is string => typeof value === 'string'

function sessionOf(payload: JWTPayload | null): SessionClaims | null {
  if (!payload) return null
  const { sid, sub, ver, kind, seen, courses, role, exp } = payload as Record<string, unknown>
  if (!isText(sid) || !isText(sub) || typeof ver !== 'number' || typeof seen !== 'number') return null
  if (typeof exp !== 'number' || !Array.isArray(courses) || !courses.every(isText)) return null
  if ((kind !== 'proven' && kind !== 'unproven') || (role !== 'learner' && role !== 'admin')) return null
  return { sid, sub, ver, kind, seen, courses, role, exp }
}

function checkoutOf(payload: JWTPayload | null): CheckoutCookie | null {
  const { sessionId, orderId, nonce, iat } = (payload ?? {}) as Record<string, unknown>
  if (!isText(sessionId) || !isText(orderId) || !isText(nonce) || typeof iat !== 'number') return null
  return { sessionId, orderId, nonce, iat }
}
