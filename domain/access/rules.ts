import { domainToUnicode } from 'node:url'
import { AppError } from '#errors'

/** Access rules without I/O: what an address is, where a login may lead, how long a session outlives the database. */

/** Who looks at a page. `courses` names every course with at least one active grant. */
export interface Viewer {
  personId: string
  emailMasked: string
  /** null while the database is away: the cookie carries no address. */
  email: string | null
  name: string | null
  role: 'learner' | 'admin'
  /** `unproven`: opened by the browser that paid, before the mailbox was shown to be theirs. */
  kind: 'proven' | 'unproven'
  sessionId: string
  courses: string[]
  /** True while only the cookie vouches for this session because PostgreSQL is away. */
  degraded: boolean
  /** The person's session version this session was opened under. */
  version: number
  expiresAt: Date
  /** When a database last confirmed the cookie this request came with. */
  seenAt: Date
}

/** A proven session of an admin, who passes every gate, so that films can be checked. */
export const isOperator = ({ role, kind }: Pick<Viewer, 'role' | 'kind'>): boolean =>
  role === 'admin' && kind === 'proven'

/** These three answer milliseconds. */
export const minutes = (count: number) => count * 60_000
export const hours = (count: number) => minutes(count * 60)
export const days = (count: number) => hours(count * 24)

export const accessLimits = {
  /** RFC 5321: 64 before the @, 255 behind it, 254 for the whole path. */
  addressLength: 254,
  nextLength: 512,
  /** Of what somebody writes down about something done by hand. */
  reasonLength: 500,
  sessionMs: days(30),
  loginLinkMs: minutes(15),
  welcomeLinkMs: days(7),
  /** A login letter not handed over after this time is dropped: its reader has given up or asked again. */
  loginLetterMs: minutes(5),
  codeTries: 5,
  /** How old a session's last confirmation may be at the moment the database is lost. */
  degradedSeenMs: minutes(15),
  /** A report of progress renews a cookie whose last confirmation is older than this. */
  seenRenewMs: minutes(1),
  /** How long a session may live on without a database. */
  degradedMs: hours(4),
  /** `last_seen_at` is written at most this often per session. */
  seenWriteMs: minutes(5),
  listedSessions: 50,
} as const

const quotesAndSeparators = /["'`,;:<>()[\]\\]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must not pass
const controlsAndSpaces = /[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffd]/
const asciiHost = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/

/**
 * The form an address is identified by: NFKC, trimmed, lower case, domain as punycode; no dot or plus folding.
 * null for anything that is not one plain address (quotes, commas, a second @, control characters, no dot in the
 * domain), and for letters before the @ that neither Stripe nor Resend takes (SMTPUTF8: „ü@gmx.de“).
 */
export function normalizeEmail(input: string): string | null {
  const folded = fold(input).toLowerCase()
  if (folded.length === 0 || folded.length > accessLimits.addressLength) return null
  if (quotesAndSeparators.test(folded) || controlsAndSpaces.test(folded)) return null
  const [local, domain, ...more] = folded.split('@')
  if (!local || !domain || more.length > 0 || local.length > 64 || !isAscii(local)) return null
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return null
  const host = punycode(domain)
  return host === null ? null : `${local}@${host}`
}

const isAscii = (text: string) => /^[\x21-\x7e]+$/.test(text)

/** `invalid_input` for an address that `normalizeEmail` does not take, with the sentence for `fields.email`. */
export function unusableAddress(typed: string): AppError {
  return new AppError('invalid_input', 'unusable address', { fields: { email: whyUnusable(typed) } })
}

/** The German sentence for an address that `normalizeEmail` does not take. */
export function whyUnusable(typed: string): string {
  const [local = '', domain] = fold(typed).split('@')
  const isForeign = domain !== undefined && !isAscii(local) && !controlsAndSpaces.test(local)
  return isForeign
    ? 'Umlaute und Sonderzeichen vor dem @ kommen bei Kasse und Post nicht durch. Nimm bitte eine andere Adresse.'
    : 'Das ist keine gültige E-Mail-Adresse.'
}

/** Trims, and folds compatibility forms (full-width @ and letters) into the plain ones. */
const fold = (input: string) => input.normalize('NFKC').trim()

/**
 * The form that letters go to and people read: as typed, folded, with an umlaut domain in letters even if a browser or
 * Stripe handed it over as punycode. Only for Latin letters, because others can imitate somebody else's domain.
 */
export function sendableEmail(input: string): string {
  const folded = fold(input)
  const domain = folded.slice(folded.lastIndexOf('@') + 1)
  if (!/(^|\.)xn--/i.test(domain)) return folded
  const readable = domainToUnicode(domain)
  const isPlain = /^[\p{Script=Latin}0-9.-]+$/u.test(readable) && punycode(readable) === domain.toLowerCase()
  return isPlain ? folded.slice(0, -domain.length) + readable : folded
}

/** The spellings under which rows may hold this mailbox, in lower case: readable, as typed, and as punycode. */
export function spellingsOf(input: string): string[] {
  const forms = [sendableEmail(input), fold(input), normalizeEmail(input) ?? '']
  return [...new Set(forms.map((form) => form.toLowerCase()).filter((form) => form !== ''))]
}

/** Whether a list of addresses as typed (`ADMIN_EMAILS`) names this one. */
export function isListed(list: string[], email: string): boolean {
  const normal = normalizeEmail(email)
  return normal !== null && list.some((one) => normalizeEmail(one) === normal)
}

function punycode(domain: string): string | null {
  if (/[/?#%]/.test(domain)) return null
  try {
    const host = new URL(`http://${domain}`).hostname
    return asciiHost.test(host) ? host : null
  } catch {
    return null
  }
}

/** „m•••@gmx.de“: enough to recognise one's own address, too little to learn a foreign one. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  if (at < 1) return '•••'
  return `${[...email.slice(0, at)][0] ?? ''}•••${email.slice(at)}`
}

/**
 * Where a login may lead: one of our own paths with query, or null. Refuses other origins in every disguise
 * (`//host`, `/\host`, schemes, control characters) and our API.
 */
export function safeNext(next: string | null | undefined): string | null {
  if (typeof next !== 'string' || next.length > accessLimits.nextLength) return null
  if (!/^\/(?![/\\])/.test(next) || next.includes('\\') || controlsAndSpaces.test(next)) return null
  const base = 'http://own.invalid'
  try {
    const url = new URL(next, base)
    if (url.origin !== base || url.pathname.startsWith('//')) return null
    if (/^\/(api|_next|anmelden)(\/|$)/.test(url.pathname)) return null
    return url.pathname + url.search + url.hash
  } catch {
    return null
  }
}

/** Six digits as our letters show them: together, or three and three with a sign or two between. */
const shownCode = /(?<![\p{L}\p{N}])\d{3}[^\p{L}\p{N}]{0,3}\d{3}(?![\p{L}\p{N}])/gu

/**
 * A code as people type or paste it → six digits, or null. Digits are kept and the rest is dropped („123 456“, „Dein
 * Code: 123–456.“, full-width digits, zero-width spaces); of a longer text with other numbers, the one code in it.
 */
export function normalizeCode(input: string): string | null {
  const text = input.normalize('NFKC').replace(/\p{Cf}/gu, '')
  const digits = text.replace(/\D/g, '')
  if (digits.length === 6) return digits
  const [shown, ...more] = text.match(shownCode) ?? []
  return shown && more.length === 0 ? shown.replace(/\D/g, '') : null
}

/** Refused in names: control characters, line breaks, invisible spaces and marks that turn the direction of writing. */
const noName = /[\p{Cc}\p{Zl}\p{Zp}\u200b\u202a-\u202e\u2066-\u2069\ufeff]/u

/**
 * A name as typed → NFC, trimmed, runs of spaces joined; '' stays ''. null: unusable (over 80 characters, line breaks).
 */
export function readName(input: string): string | null {
  const name = input.normalize('NFC').trim().replace(/ {2,}/g, ' ')
  return [...name].length <= 80 && !noName.test(name) ? name : null
}

/** Whether a text has the form of our tokens, base64url of 32 bytes; no other is looked up in the database. */
export const looksLikeToken = (token: string) => /^[A-Za-z0-9_-]{43}$/.test(token)

/**
 * Whether a cookie's claims may count without a database: if the session was confirmed at most 15 minutes before this
 * process lost the database, and that was at most 4 hours ago.
 */
export function survivesOutage(seen: Date, lostAt: Date, now: Date): boolean {
  return (
    lostAt.getTime() - seen.getTime() <= accessLimits.degradedSeenMs &&
    now.getTime() - lostAt.getTime() <= accessLimits.degradedMs
  )
}

const browsers: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** „Firefox auf Windows“ from a user agent: a label for the list of devices, nothing to recognise a person by. */
export function deviceLabel(userAgent: string | null): string {
  const first = (table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1]
  const browser = first(browsers)
  const system = first(systems)
  if (browser && system) return `${browser} auf ${system}`
  return browser ?? system ?? 'Unbekanntes Gerät'
}

const SEARCHED_WORDS = 6

/** „Mara Beisp“ → `mara:* & beisp:*`, at most six words; null without one. No operator of tsquery can get through. */
export function searchWords(text: string): string | null {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  return words.length === 0
    ? null
    : words
        .slice(0, SEARCHED_WORDS)
        .map((word) => `${word}:*`)
        .join(' & ')
}
