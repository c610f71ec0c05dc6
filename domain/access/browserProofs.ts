import { days } from '#domain/access/rules.ts'
import type { Ctx } from '#ports'

/**
 * What the cookie of a browser that has logged in before holds: no address, only an HMAC over it. Whoever types that
 * address in this browser again gets letters from an allowance of its own, which strangers cannot use up. The cookie
 * opens nothing. „Überall abmelden“ ends it, because the person's session version is signed along; so does a changed
 * address.
 */

/** People of a household who share a browser; with a fourth the oldest login is forgotten. */
export const PEOPLE_PER_BROWSER = 3

export interface BrowserProof {
  /** Names this browser's allowance for one address; every later login there keeps it. */
  id: string
  version: number
  /** Days since 1970. */
  endsOn: number
  proof: string
}

const proofShape = /^([A-Za-z0-9_-]{11})\.(\d{1,9})\.(\d{1,6})\.([A-Za-z0-9_-]{43})$/

/** Every proof that the cookie holds, true or not; nothing for a text that is none. */
export function proofsIn(cookie: string | null): BrowserProof[] {
  return (cookie ?? '')
    .split('~')
    .slice(0, PEOPLE_PER_BROWSER)
    .flatMap((text) => {
      const [, id, version, endsOn, proof] = proofShape.exec(text) ?? []
      return id && proof ? [{ id, version: Number(version), endsOn: Number(endsOn), proof }] : []
    })
}

/** One proof as `proofsIn` reads it. */
export const writtenProof = ({ id, version, endsOn, proof }: BrowserProof) => `${id}.${version}.${endsOn}.${proof}`
/** What the proof's HMAC is made of. */
export const signedText = (entry: Omit<BrowserProof, 'proof'>, emailNormal: string) =>
  `${entry.id}:${entry.version}:${entry.endsOn}:${emailNormal}`
/** Days since 1970. */
export const dayNumber = (at: Date) => Math.floor(at.getTime() / days(1))

/** The cookie's true proof for this address, if it is not over; the caller compares the person's version. */
export function proofFor(ctx: Ctx, cookie: string | null, emailNormal: string): BrowserProof | null {
  const today = dayNumber(ctx.clock.now())
  const fits = (entry: BrowserProof) =>
    entry.endsOn > today && ctx.tokens.isBrowserProof(entry.proof, signedText(entry, emailNormal))
  return proofsIn(cookie).find(fits) ?? null
}
