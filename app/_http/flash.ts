import { z } from 'zod'
import { COOKIE_LENGTH } from '#app/_http/cookies.ts'

/**
 * The result of a form without JavaScript, shown on the page it leads back to. The text is in a cookie that lives a
 * minute, never in the address; the address only carries its id, so that the sentence appears once, on the right page.
 */

const MAX_AGE_SECONDS = 60
const PATH = '/admin'

const shape = z.object({
  id: z.string(),
  tone: z.enum(['done', 'error']),
  text: z.string(),
  /** Which form was refused, and what was typed into it: it opens again as it was. */
  form: z.string().optional(),
  values: z.record(z.string(), z.string()).optional(),
})
export type Flash = z.output<typeof shape>

const name = (siteUrl: string, kind: CookieKind) => (siteUrl.startsWith('https:') ? `__Secure-${kind}` : kind)
/** `suche`: the operator's search text, kept out of URLs because it may be a mail address. */
type CookieKind = 'meldung' | 'suche'

function cookie(kind: CookieKind, value: string, siteUrl: string, maxAge: number): string {
  const secure = siteUrl.startsWith('https:') ? '; Secure' : ''
  return `${name(siteUrl, kind)}=${value}; Path=${PATH}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`
}

const packed = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A `Set-Cookie` value. What was typed is left out when it would not fit. */
export function flashCookie(flash: Flash, siteUrl: string): string {
  const whole = packed(flash)
  const value = whole.length <= COOKIE_LENGTH ? whole : packed({ ...flash, values: undefined })
  return cookie('meldung', value, siteUrl, MAX_AGE_SECONDS)
}

const SEARCH_SECONDS = 600
export const searchCookie = (text: string, siteUrl: string): string =>
  cookie('suche', packed(text), siteUrl, SEARCH_SECONDS)

type CookieJar = { get(name: string): { value: string } | undefined }

function unpacked(jar: CookieJar, kind: CookieKind, siteUrl: string): unknown {
  try {
    return JSON.parse(Buffer.from(jar.get(name(siteUrl, kind))?.value ?? '', 'base64url').toString('utf8'))
  } catch {
    return null
  }
}

/** The sentence for this page, if its address names it. */
export function readFlash(jar: CookieJar, id: string | null, siteUrl: string): Flash | null {
  if (!id) return null
  const parsed = shape.safeParse(unpacked(jar, 'meldung', siteUrl))
  return parsed.success && parsed.data.id === id ? parsed.data : null
}

export function readSearch(jar: CookieJar, siteUrl: string): string | null {
  const text = unpacked(jar, 'suche', siteUrl)
  return typeof text === 'string' && text !== '' ? text : null
}

/** The page that a form names as its own, with the flash's id; for anything outside the admin area its first page. */
export function backPath(given: unknown, flashId?: string): string {
  const url = new URL('http://own.invalid/admin')
  const plain = typeof given === 'string' && given.length <= 512 && /^\/admin(?:[/?]|$)/.test(given) ? given : null
  const target = plain && !plain.includes('\\') && URL.canParse(plain, url) ? new URL(plain, url) : url
  const inside = target.origin === url.origin && /^\/admin(?:\/|$)/.test(target.pathname) ? target : url
  inside.searchParams.delete('meldung')
  if (flashId) inside.searchParams.set('meldung', flashId)
  return inside.pathname + inside.search + (flashId ? '#meldung' : '')
}
