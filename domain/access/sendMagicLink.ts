import { countLetter } from '#domain/access/countLetter.ts'
import { looksLikeToken, normalizeEmail, safeNext, sendableEmail, unusableAddress } from '#domain/access/rules.ts'
import { findLoginToken } from '#domain/access/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

export interface MagicLinkRequest {
  /** An address, or a used or expired link whose owner wants a new one. */
  email?: string
  linkToken?: string
  next?: string | null
  /** SHA-256 of the pre-login cookie: the letter's code will work only in this browser. */
  browserHash: string
  /** The cookie of a browser that has logged in before (`knownBrowser`). */
  known?: string | null
  ip: string
}

/**
 * Asks for a login letter. Only counts and queues a job, which finds out whether the address is known: so status, text
 * and timing are the same for every address. Throws `invalid_input`, `rate_limited`, `link_unusable` (invented token).
 */
export async function sendMagicLink(ctx: Ctx, request: MagicLinkRequest): Promise<void> {
  const email =
    request.linkToken === undefined ? (request.email ?? '') : await ownerOf(ctx, request.linkToken, request.ip)
  const normal = normalizeEmail(email)
  if (!normal) throw unusableAddress(email)
  await countLetter(ctx, { known: request.known ?? null, email }, async () => {
    await ctx.limits.consume('login_letter_per_ip', request.ip)
    // One after the other: a letter refused by the quarter-hour limit must not count against the daily one.
    await ctx.limits.consume('login_letter_per_address', normal)
    await ctx.limits.consume('login_letter_per_address_day', normal)
  })
  await ctx.jobs.send(ctx.db, 'login.request', {
    email: sendableEmail(email),
    next: safeNext(request.next),
    browserHash: request.browserHash,
    requestId: ctx.requestId,
  })
}

async function ownerOf(ctx: Ctx, token: string, ip: string): Promise<string> {
  const found = looksLikeToken(token) ? await findLoginToken(ctx, ctx.tokens.sha256(token)) : null
  if (found) return found.emailRaw
  await ctx.limits.consume('link_guess_per_ip', ip)
  throw new AppError('link_unusable')
}
