/**
 * Our six cookies. `__Host-` names need https, so plain http (the sandbox on loopback) uses plain names.
 * Only route handlers set cookies; pages never do.
 */

export type CookieKind = 'session' | 'checkout' | 'prelogin' | 'known' | 'withdrawal' | 'typed'

const maxAgeSeconds: Record<CookieKind, number> = {
  session: 30 * 24 * 3600,
  checkout: 3600,
  prelogin: 24 * 3600,
  // Opens nothing: marks a browser in which somebody has logged in, whose login letters strangers cannot use up
  // (domain/access/browserProofs.ts).
  known: 180 * 24 * 3600,
  // Only carries a form from its first page to its second.
  withdrawal: 1800,
  // Only carries a refused form back to its page (app/_http/typedCookie.ts).
  typed: 60,
}

/** Browsers keep 4 kB a cookie, name and attributes included: longest value that we write, in characters. */
export const COOKIE_LENGTH = 3_000

const isSecure = (siteUrl: string) => siteUrl.startsWith('https:')

export function cookieName(kind: CookieKind, siteUrl: string): string {
  return isSecure(siteUrl) ? `__Host-${kind}` : kind
}

/** A `Set-Cookie` value. `expiresAt` shortens the usual life (session 30 days, checkout 1 hour, prelogin 1 day). */
export function setCookie(kind: CookieKind, value: string, siteUrl: string, expiresAt?: Date): string {
  const left = expiresAt ? Math.floor((expiresAt.getTime() - Date.now()) / 1000) : maxAgeSeconds[kind]
  return serialize(kind, value, siteUrl, Math.max(0, Math.min(left, maxAgeSeconds[kind])))
}

export function clearCookie(kind: CookieKind, siteUrl: string): string {
  return serialize(kind, '', siteUrl, 0)
}

function serialize(kind: CookieKind, value: string, siteUrl: string, maxAge: number): string {
  const secure = isSecure(siteUrl) ? '; Secure' : ''
  // Lax, not Strict: people come from their mail program and from Stripe.
  return `${cookieName(kind, siteUrl)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`
}

/** One cookie's value from a `Cookie` header, or null. Our values are base64url and dots: nothing to decode. */
export function readCookie(header: string | null, kind: CookieKind, siteUrl: string): string | null {
  if (!header) return null
  const name = cookieName(kind, siteUrl)
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim() || null
  }
  return null
}
