export interface SessionClaims {
  sid: string
  sub: string
  ver: number
  kind: 'proven' | 'unproven'
  /** Seconds since 1970 when a database last confirmed this session. */
  seen: number
  courses: string[]
  role: 'learner' | 'admin'
  exp: number
}

export interface CheckoutCookie {
  sessionId: string
  orderId: string
  nonce: string
  /** Seconds since 1970. */
  iat: number
}

/** Keys are HKDF(JWT_SECRET, purpose); verification also accepts the previous secret. */
export interface Tokens {
  signSession(claims: Omit<SessionClaims, 'seen'> & { seen: Date }): Promise<string>
  /** null for anything that is not a valid, unexpired session of ours. */
  readSession(token: string): Promise<SessionClaims | null>
  signCheckout(cookie: Omit<CheckoutCookie, 'iat'>): Promise<string>
  readCheckout(token: string): Promise<CheckoutCookie | null>
  readonly linkKeyId: string
  /** base64url HMAC(key, letter id): a retry makes the same link. */
  linkToken(letterId: string, keyId: string): string
  /** Six digits, HMAC(key, letter id), the same on every retry. */
  loginCode(letterId: string, keyId: string): string
  codeHash(letterId: string, code: string): string
  /** Secret part of a calendar feed's address: the person, and an HMAC over person and version. */
  feedToken(personId: string, version: number): string
  /** Whom a token names, genuine or not; null when it has not the shape of one. */
  feedPerson(token: string): string | null
  /** Compares in constant time, with every key of the ring. */
  isFeedToken(token: string, personId: string, version: number): boolean
  /** Ends the digests of one person, for ever valid: the person, and HMAC(key, person). The same on every retry. */
  mailOffToken(personId: string, keyId: string): string
  /** Whose digests a genuine token ends; null for any other. */
  mailOffPerson(token: string): string | null
  /** HMAC over what a browser has shown, for a cookie of its own. */
  browserProof(text: string): string
  /** Compares in constant time, with every key of the ring. */
  isBrowserProof(proof: string, text: string): boolean
  sha256(text: string): string
}
