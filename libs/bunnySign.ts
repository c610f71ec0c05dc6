import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Bunny's three signatures, computed locally: they work while Bunny's API is away. `expires` are seconds since 1970.
 */

/**
 * Directory token of Bunny's CDN (scheme HS256): everything below `/{guid}/` inherits it by the URL's path, so segments
 * need no signing of their own. Signed is path, expiry, then the parameters raw. Source:
 * BunnyWay/BunnyCDN.TokenAuthentication, with its vectors as tests.
 */
export function signDirectory(input: {
  baseUrl: string
  key: string
  directory: string
  file: string
  expires: number
}) {
  const { baseUrl, key, directory, file, expires } = input
  const token = `HS256-${createHmac('sha256', key).update(`${directory}${expires}token_path=${directory}`).digest('base64url')}`
  return `${baseUrl}/bcdn_token=${token}&token_path=${encodeURIComponent(directory)}&expires=${expires}${directory}${file}`
}

/** `AuthorizationSignature` of a TUS upload: sha256(libraryId + API key + expires + guid). */
export const signTus = (libraryId: string, accessKey: string, expires: number, guid: string): string =>
  createHash('sha256').update(`${libraryId}${accessKey}${expires}${guid}`).digest('hex')

/** Is this body signed by Bunny? Constant-time; any missing or unknown header is a no. */
export function verifyDelivery(
  raw: Buffer,
  headers: { get(name: string): string | null },
  readOnlyKey: string,
): boolean {
  if (headers.get('x-bunnystream-signature-version') !== 'v1') return false
  if (headers.get('x-bunnystream-signature-algorithm') !== 'hmac-sha256') return false
  const given = headers.get('x-bunnystream-signature') ?? ''
  if (!/^[0-9a-f]{64}$/.test(given)) return false
  return timingSafeEqual(Buffer.from(given, 'hex'), createHmac('sha256', readOnlyKey).update(raw).digest())
}
