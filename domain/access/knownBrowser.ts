import { days, normalizeEmail } from '#domain/access/rules.ts'
import { findPerson, type PersonRow } from '#domain/access/store.ts'
import { isAppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * A browser that has logged in before. Its cookie holds no address, only an HMAC over it: whoever types that address in
 * this browser again gets letters from an allowance of its own, which strangers cannot use up. The cookie opens
 * nothing. „Überall abmelden“ ends it, because the person's session version is signed along; so does a changed address.
 */
const KNOWN_BROWSER_MS = days(180)
/** People of a household who share a browser; with a fourth the oldest login is forgotten. */
const ENTRIES = 3

interface Entry {
  /** Names this browser's allowance for one address; every later login there keeps it. */
  id: string
  version: number
  /** Days since 1970. */
  endsOn: number
  proof: string
}

const entryShape = /^([A-Za-z0-9_-]{11})\.(\d{1,9})\.(\d{1,6})\.([A-Za-z0-9_-]{43})$/

function entriesOf(cookie: string | null): Entry[] {
  return (cookie ?? '')
    .split('~')
    .slice(0, ENTRIES)
    .flatMap((text) => {
      const [, id, version, endsOn, proof] = entryShape.exec(text) ?? []
      return id && proof ? [{ id, version: Number(version), endsOn: Number(endsOn), proof }] : []
    })
}

const written = ({ id, version, endsOn, proof }: Entry) => `${id}.${version}.${endsOn}.${proof}`
const signed = (entry: Omit<Entry, 'proof'>, emailNormal: string) =>
  `${entry.id}:${entry.version}:${entry.endsOn}:${emailNormal}`
const dayOf = (at: Date) => Math.floor(at.getTime() / days(1))

function entryFor(ctx: Ctx, cookie: string | null, emailNormal: string): Entry | null {
  const today = dayOf(ctx.clock.now())
  const fits = (entry: Entry) =>
    entry.endsOn > today && ctx.tokens.isBrowserProof(entry.proof, signed(entry, emailNormal))
  return entriesOf(cookie).find(fits) ?? null
}

/** The cookie's new value after a proven login in this browser; null for an unknown person. */
export async function rememberBrowser(ctx: Ctx, personId: string, cookie: string | null): Promise<string | null> {
  const person = await findPerson(ctx, { id: personId })
  if (!person) return null
  const before = entryFor(ctx, cookie, person.emailNormal)
  const facts = {
    id: before?.id ?? ctx.ids.secret().slice(0, 11),
    version: person.sessionVersion,
    endsOn: dayOf(new Date(ctx.clock.now().getTime() + KNOWN_BROWSER_MS)),
  }
  const entry = { ...facts, proof: ctx.tokens.browserProof(signed(facts, person.emailNormal)) }
  const others = entriesOf(cookie).filter(({ id }) => id !== entry.id)
  return [entry, ...others].slice(0, ENTRIES).map(written).join('~')
}

/**
 * The id of this browser's allowance for this address, or null. Only a cookie with a true proof leads to a query, so
 * nobody else can learn from the time it takes whether an address is known.
 */
export async function knownBrowser(ctx: Ctx, cookie: string | null, email: string): Promise<string | null> {
  const emailNormal = normalizeEmail(email)
  const entry = emailNormal ? entryFor(ctx, cookie, emailNormal) : null
  if (!entry || !emailNormal) return null
  const person: PersonRow | null = await findPerson(ctx, { emailNormal })
  return person?.sessionVersion === entry.version ? entry.id : null
}

/**
 * Counts a letter to an address: against the browser's own allowance if it has logged in with this address before, and
 * otherwise, or when that is used up, by calling `shared` (the limits for everybody who types it). Throws
 * `rate_limited`.
 */
export async function countLetter(
  ctx: Ctx,
  input: { known: string | null; email: string },
  shared: () => Promise<void>,
): Promise<void> {
  const id = await knownBrowser(ctx, input.known, input.email)
  if (id === null) return shared()
  try {
    await ctx.limits.consume('login_letter_known_browser', id)
  } catch (error) {
    if (!isAppError(error) || error.code !== 'rate_limited') throw error
    await shared()
  }
}
