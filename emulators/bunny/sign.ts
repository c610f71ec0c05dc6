import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Bunny's formulas, deliberately written a second time: the emulator must not share the app's mistakes. */

const same = (left: string, right: string) => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Headers of a webhook: HMAC-SHA256 of the body's bytes with the Read-Only key, in lower-case hex. */
export const webhookHeaders = (readOnlyKey: string, body: string): Record<string, string> => ({
  'X-BunnyStream-Signature-Version': 'v1',
  'X-BunnyStream-Signature-Algorithm': 'hmac-sha256',
  'X-BunnyStream-Signature': createHmac('sha256', readOnlyKey).update(body).digest('hex'),
})

/** sha256(library + API key + expires + guid), hex. */
export const uploadSignature = (libraryId: string, accessKey: string, expires: string, guid: string): string =>
  createHash('sha256')
    .update(libraryId + accessKey + expires + guid)
    .digest('hex')

/** `HS256-` and HMAC-SHA256 over path, expiry and the other parameters, raw and sorted by name. */
export function cdnToken(key: string, pathname: string, expires: string, parameters: Record<string, string>): string {
  const signingData = Object.keys(parameters)
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&')
  const signed = (parameters.token_path || pathname) + expires + signingData
  return `HS256-${createHmac('sha256', key).update(signed).digest('base64url')}`
}

export interface TokenedPath {
  /** Without the token part, percent-decoded: `/{guid}/playlist.m3u8`. */
  pathname: string
  token: string | null
  expires: string
  /** The other signed parameters. */
  parameters: Record<string, string>
}

/**
 * Takes `/bcdn_token=…&token_path=…&expires=…/{guid}/…` or `/{guid}/…?token=…&expires=…` apart; null when it cannot be
 * decoded.
 */
export function readTokenedPath(rawPath: string, search: string): TokenedPath | null {
  const directory = /^\/(bcdn_token=[^/]*)(\/.*)$/.exec(rawPath)
  const given = new URLSearchParams(directory ? directory[1] : search)
  const { bcdn_token, token, expires = '', ...parameters } = Object.fromEntries(given)
  try {
    return {
      pathname: decodeURIComponent(directory?.[2] ?? rawPath),
      token: (directory ? bcdn_token : token) ?? null,
      expires,
      parameters,
    }
  } catch {
    return null
  }
}

/** A later expiry must be in milliseconds instead of seconds; Bunny answers it with 403 too. */
const furthestExpiryS = 10 * 365 * 86_400

/** Why the CDN answers 403; null when the token is valid. `nowS` in seconds since 1970. */
export function tokenFault(path: TokenedPath, key: string, nowS: number): 'missing' | 'expired' | 'invalid' | null {
  if (!path.token) return 'missing'
  const { token_path } = path.parameters
  if (token_path !== undefined && !path.pathname.startsWith(token_path)) return 'invalid'
  if (!same(path.token, cdnToken(key, path.pathname, path.expires, path.parameters))) return 'invalid'
  const expires = Number(path.expires)
  if (!Number.isInteger(expires) || expires > nowS + furthestExpiryS) return 'invalid'
  return expires <= nowS ? 'expired' : null
}

/** Is this upload's signature true and not yet expired? */
export function uploadAllowed(
  keys: { libraryId: string; accessKey: string },
  given: { signature: string; expires: string; libraryId: string; guid: string },
  nowS: number,
): boolean {
  return (
    given.libraryId === keys.libraryId &&
    /^\d{1,11}$/.test(given.expires) &&
    Number(given.expires) > nowS &&
    same(given.signature, uploadSignature(keys.libraryId, keys.accessKey, given.expires, given.guid))
  )
}
